internal import DocumentTree
internal import Glibc

/// The process that holds a lock of flock(2), for whoever waits for it.
///
/// Source: proc(5), `/proc/locks`.
struct LockHolder {
    let pid: Int32
    /// Its command line, as far as it tells one.
    let command: String
    /// Whether a signal stopped it (SIGSTOP, SIGTSTP): it goes on when it is told to.
    let isStopped: Bool

    /// Whoever holds the lock of the file that is open as `descriptor`; nil where nobody does, or the system does not tell.
    init?(of descriptor: Int32) {
        var information = stat()
        guard fstat(descriptor, &information) == 0, let locks = FileBytes.read("/proc/locks", limit: 16 << 20) else {
            return nil
        }
        let holders = String(decoding: locks, as: UTF8.self).split(separator: "\n").compactMap { line in
            Self.holder(in: line, of: information.st_ino)
        }
        guard let pid = holders.first, let stat = ProcessTable.stat(of: pid) else { return nil }
        self.pid = pid
        isStopped = stat.state == UInt8(ascii: "T") || stat.state == UInt8(ascii: "t")
        let arguments = FileBytes.read("/proc/\(pid)/cmdline", limit: 1 << 16) ?? []
        let words = arguments.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        command = PrintableText.escape(String(words.joined(separator: " ").prefix(200)))
    }

    /// `12: FLOCK  ADVISORY  WRITE 4711 08:01:131074 0 EOF`; those that wait have `->` before the kind. Devices are left aside:
    /// some file systems tell another one there than stat(2) does.
    private static func holder(in line: Substring, of inode: UInt) -> Int32? {
        let words = line.split(separator: " ")
        guard words.count >= 6, words[1] == "FLOCK", words[3] == "WRITE",
            words[5].split(separator: ":").last.flatMap({ UInt($0) }) == inode
        else { return nil }
        return Int32(words[4])
    }
}
