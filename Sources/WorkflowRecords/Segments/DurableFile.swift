internal import Glibc

/// Small files that are on disk, whole, or not there at all.
enum DurableFile {
    /// The content of a file; nil where there is none.
    static func read(_ path: String) throws(RecordsError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw .system("read", path)
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system("read", path) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    /// Replaces a file's content at once. One writer at a time: the caller holds a lock.
    static func replace(_ path: String, with bytes: [UInt8]) throws(RecordsError) {
        let new = path + ".new"
        let descriptor = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .system("write", new) }
        do {
            defer { close(descriptor) }
            var written = 0
            while written < bytes.count {
                let count = bytes.withUnsafeBytes {
                    write(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written)
                }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw RecordsError.system("write", new) }
                written += count
            }
            guard fsync(descriptor) == 0 else { throw RecordsError.system("write", new) }
        } catch let error as RecordsError {
            throw error
        } catch {
            throw RecordsError(.io, "write", new, "\(error)")
        }
        guard rename(new, path) == 0 else { throw .system("replace", path) }
        try syncFolder(of: path)
    }

    /// Makes a folder and those above it, where they are missing, durably.
    static func makeFolder(_ path: String) throws(RecordsError) {
        guard access(path, F_OK) != 0 else { return }
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw .system("make folder", path) }
        try syncFolder(of: path)
    }

    private static func syncFolder(of path: String) throws(RecordsError) {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let descriptor = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("sync folder", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system("sync folder", folder) }
    }
}
