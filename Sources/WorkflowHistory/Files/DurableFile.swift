internal import Glibc

/// Files that are replaced whole and are on disk when that is reported.
enum DurableFile {
    /// Reads an open file to its end.
    static func readAll(_ descriptor: Int32, _ path: String) throws(HistoryError) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw WorkTree.failure("read", path)
            }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            if bytes.count > WorkflowRepository.largestDefinition { return bytes }
        }
    }

    /// Reads a file; nil where there is none. A symbolic link is followed.
    static func read(_ path: String) throws(HistoryError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw WorkTree.failure("read", path)
        }
        defer { close(descriptor) }
        return try readAll(descriptor, path)
    }

    /// Replaces a file: readers see the old bytes or the new ones, also after a power failure.
    ///
    /// - Parameter mode: the permission bits of the new file, before the umask.
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o666) throws(HistoryError) {
        let temporary = "\(path).\(getpid())-\(UInt32.random(in: 0 ... .max)).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw WorkTree.failure("write", path) }
        do throws(HistoryError) {
            defer { close(descriptor) }
            try writeAll(bytes, to: descriptor, path)
            guard fsync(descriptor) == 0 else { throw WorkTree.failure("write", path) }
        } catch {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, path) == 0 else {
            let error = WorkTree.failure("write", path)
            unlink(temporary)
            throw error
        }
        try synchronizeFolder(of: path)
    }

    /// Makes a rename, a creation or a removal in a folder durable.
    static func synchronizeFolder(of path: String) throws(HistoryError) {
        let folder = Self.folder(of: path)
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw WorkTree.failure("open", folder) }
        defer { close(descriptor) }
        // Some file systems can't fsync a folder, and say EINVAL.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw WorkTree.failure("write", folder) }
    }

    /// Makes a folder and the folders above it that are missing.
    static func makeFolders(_ path: String, mode: mode_t = 0o777) throws(HistoryError) {
        if mkdir(path, mode) == 0 { return try synchronizeFolder(of: path) }
        switch errno {
        case EEXIST: return
        case ENOENT where folder(of: path) != path:
            try makeFolders(folder(of: path), mode: mode)
            guard mkdir(path, mode) == 0 || errno == EEXIST else { throw WorkTree.failure("create", path) }
            try synchronizeFolder(of: path)
        default: throw WorkTree.failure("create", path)
        }
    }

    /// The folder that a path is in.
    static func folder(of path: String) -> String {
        var trimmed = Substring(path)
        while trimmed.count > 1, trimmed.last == "/" { trimmed.removeLast() }
        guard let slash = trimmed.lastIndex(of: "/") else { return "." }
        return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
    }

    static func writeAll(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws(HistoryError) {
        var offset = 0
        while offset < bytes.count {
            let count = bytes[offset...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw WorkTree.failure("write", path)
            }
            offset += count
        }
    }
}
