import Glibc

extension CommandContext {
    /// The bytes of a file that the command line names; `-` is standard input.
    ///
    /// - Parameter limit: The size in bytes above which the file is refused.
    func readFile(_ path: String, limit: Int = 64 << 20) throws(CommandFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        try forEachPart(of: path) { part throws(CommandFailure) in
            bytes += part
            guard bytes.count <= limit else { throw CommandFailure("\(path): larger than \(limit) bytes") }
            return true
        }
        return bytes
    }

    /// Gives the lines of a file, each with its line break, to `body`, as long as that says true.
    ///
    /// - Parameter limit: a line of more bytes comes in pieces, so that none fills the memory.
    func forEachLine(
        of path: String, limit: Int = 1 << 20, _ body: (ArraySlice<UInt8>) -> Bool
    ) throws(CommandFailure) {
        var rest: [UInt8] = []
        var isWanted = true
        try forEachPart(of: path) { part throws(CommandFailure) in
            rest += part
            var start = 0
            while isWanted, let end = rest[start...].firstIndex(of: 0x0A) {
                isWanted = body(rest[start...end])
                start = end + 1
            }
            rest.removeFirst(start)
            if isWanted, rest.count >= limit {
                isWanted = body(rest[...])
                rest = []
            }
            return isWanted
        }
        if isWanted, !rest.isEmpty { _ = body(rest[...]) }
    }

    /// Gives a file to `body` part by part, as it is read, as long as that says true.
    private func forEachPart(
        of path: String, _ body: (ArraySlice<UInt8>) throws(CommandFailure) -> Bool
    ) throws(CommandFailure) {
        let descriptor = path == "-" ? STDIN_FILENO : open(absolute(path), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path) }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = part.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return }
            if count < 0 {
                if errno == EINTR { continue }
                throw unreadable(path)
            }
            guard try body(part.prefix(count)) else { return }
        }
    }

    private func unreadable(_ path: String) -> CommandFailure {
        CommandFailure("cannot read \(path): \(String(cString: strerror(errno)))")
    }
}
