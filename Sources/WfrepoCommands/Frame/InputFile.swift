import Glibc

extension CommandContext {
    /// The bytes of a file that the command line names; `-` is standard input.
    ///
    /// - Parameter limit: The size in bytes above which the file is refused.
    func readFile(_ path: String, limit: Int = 64 << 20) throws(CommandFailure) -> [UInt8] {
        let descriptor = path == "-" ? STDIN_FILENO : open(absolute(path), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path) }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw unreadable(path)
            }
            bytes += chunk.prefix(count)
            guard bytes.count <= limit else { throw CommandFailure("\(path): larger than \(limit) bytes") }
        }
    }

    private func unreadable(_ path: String) -> CommandFailure {
        CommandFailure("cannot read \(path): \(String(cString: strerror(errno)))")
    }
}
