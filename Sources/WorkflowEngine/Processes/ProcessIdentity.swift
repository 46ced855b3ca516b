internal import Glibc

/// A process, told apart from a later one that got the same number.
struct ProcessIdentity: Hashable, Sendable {
    var pid: Int32
    /// When it started, in clock ticks since the system booted (`/proc/<pid>/stat`, field 22).
    var startTicks: Int

    /// The process with the number `pid` that is there now, or nil where there is none.
    init?(pid: Int32) {
        guard let stat = ProcessTable.stat(of: pid) else { return nil }
        self.pid = pid
        startTicks = stat.startTicks
    }

    init(pid: Int32, startTicks: Int) {
        self.pid = pid
        self.startTicks = startTicks
    }

    /// This process; nil where `/proc` does not tell.
    static let current = ProcessIdentity(pid: getpid())

    /// Whether the process still runs. A zombie does not.
    var isAlive: Bool {
        guard let stat = ProcessTable.stat(of: pid) else { return false }
        return stat.startTicks == startTicks && stat.state != UInt8(ascii: "Z")
    }
}

/// The identity of the system's current boot, which tells process numbers of before a restart from those after it.
enum BootID {
    static let current: String =
        (FileBytes.read("/proc/sys/kernel/random/boot_id", limit: 64)).map {
            String(decoding: $0.filter { $0 > 32 }, as: UTF8.self)
        } ?? "unknown"
}
