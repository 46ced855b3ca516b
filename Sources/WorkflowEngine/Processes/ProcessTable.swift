internal import Glibc

/// What `/proc` tells of processes.
///
/// Source: proc(5).
enum ProcessTable {
    struct Stat {
        var state: UInt8
        var parent: Int32
        var group: Int32
        var isKernels: Bool
        var startTicks: Int
    }

    /// The flag of a thread of the kernel's own (`PF_KTHREAD` of Linux).
    private static let kernelsFlag = 0x0020_0000

    /// The state of a process, or nil where there is none.
    static func stat(of pid: Int32) -> Stat? {
        guard let bytes = FileBytes.read("/proc/\(pid)/stat", limit: 4096),
            // The command's name stands in parentheses and may hold anything, parentheses and spaces too.
            let nameEnd = bytes.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let fields = bytes[(nameEnd + 1)...].split(separator: UInt8(ascii: " "))
        guard fields.count > 19, let state = fields[0].first, let parent = Int32(decimal: fields[1]),
            let group = Int32(decimal: fields[2]), let flags = Int(decimal: fields[6]),
            let start = Int(decimal: fields[19])
        else { return nil }
        return Stat(
            state: state, parent: parent, group: group, isKernels: flags & kernelsFlag != 0, startTicks: start)
    }

    /// The children of this process's first thread. It starts some of them itself, and is the one that inherits orphans, where
    /// this process is a subreaper (prctl(2)).
    struct FirstThreadsChildren {
        // Kept open: each reading from the beginning tells how things stand then.
        private let file: FileDescriptor?

        init() {
            let path = "/proc/self/task/\(getpid())/children"
            file = try? FileDescriptor(owning: open(path, O_RDONLY | O_CLOEXEC), "read", object: path)
        }

        /// The process ids; empty where the system does not tell them.
        var all: [Int32] {
            guard let file else { return [] }
            var text: [UInt8] = []
            var piece: [UInt8]
            repeat {
                piece = [UInt8](unsafeUninitializedCapacity: 4096) {
                    $1 = max(0, pread(file.number, $0.baseAddress, $0.count, off_t(text.count)))
                }
                text += piece
            } while !piece.isEmpty
            return text.split(separator: UInt8(ascii: " ")).compactMap { Int32(decimal: $0) }
        }
    }

    /// Every process.
    static func all() -> [Int32] { FileBytes.names(in: "/proc").compactMap { Int32($0) } }

    /// Whether the environment with which the process was started has all these entries (`NAME=value`). False where it
    /// may not be read. Not for threads of the kernel's own.
    static func process(_ pid: Int32, hasEnvironment entries: [String]) -> Bool {
        // A process that is just becoming another program shows none for a moment.
        for _ in 0..<20 {
            guard let bytes = FileBytes.read("/proc/\(pid)/environ", limit: 4 << 20) else { return false }
            guard bytes.isEmpty else {
                let found = bytes.split(separator: 0)
                return entries.allSatisfy { entry in found.contains { $0.elementsEqual(entry.utf8) } }
            }
            usleep(100)
        }
        return false
    }
}

extension FixedWidthInteger {
    /// The number that ASCII digits (with an optional sign) write, surrounding white space left aside.
    init?(decimal bytes: some Sequence<UInt8>) {
        self.init(String(decoding: bytes.filter { $0 > 32 }, as: UTF8.self))
    }
}
