import GitStore
import Glibc

extension CommandContext {
    /// Writes a file that a person has named. One that is there is replaced by the whole new one, also behind a symbolic link; into a
    /// device or a pipe go the bytes alone.
    func writeNamedFile(_ bytes: [UInt8], to name: String) throws {
        let path = absolute(name)
        guard let kind = kind(ofFileAt: path) else { return try DurableFile.write(bytes, to: path) }
        guard kind != S_IFREG else { return try DurableFile.write(bytes, to: target(of: path)) }
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CommandFailure("cannot write \(path): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        try SystemFile.write(bytes, to: descriptor, path: path)
    }

    /// What stands at a path, links followed (inode(7)); nil where nothing does.
    func kind(ofFileAt path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }

    private func target(of path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
