internal import Glibc

extension SystemFile {
    /// Removes a file, or a folder with all that is in it, without following links; what is not there is no error.
    ///
    /// Names may hold any bytes, and folders may have lost their owner's rights.
    public static func removeAll(_ path: String) throws(GitError) {
        guard unlink(path) != 0, errno != ENOENT else { return }
        guard errno == EISDIR || errno == EPERM else { throw GitError.system(errno, "remove", path) }
        chmod(path, 0o700)
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw GitError.system(errno, "remove", path) }
        try removeEntries(of: descriptor, path)
        guard rmdir(path) == 0 || errno == ENOENT else { throw GitError.system(errno, "remove", path) }
    }

    /// Empties the folder of a descriptor, which it closes.
    private static func removeEntries(of descriptor: Int32, _ path: String) throws(GitError) {
        guard let stream = fdopendir(descriptor) else {
            let failure = errno
            close(descriptor)
            throw GitError.system(failure, "remove", path)
        }
        defer { closedir(stream) }
        for name in entryNames(stream) {
            guard unlinkat(descriptor, name, 0) != 0, errno != ENOENT else { continue }
            guard errno == EISDIR || errno == EPERM else { throw GitError.system(errno, "remove a file below", path) }
            fchmodat(descriptor, name, 0o700, 0)
            let inner = openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard inner >= 0 else { throw GitError.system(errno, "remove a folder below", path) }
            try removeEntries(of: inner, path)
            guard unlinkat(descriptor, name, AT_REMOVEDIR) == 0 || errno == ENOENT else {
                throw GitError.system(errno, "remove a folder below", path)
            }
        }
    }

    /// The names of a folder as they are, each closed by a zero, but `.` and `..`.
    private static func entryNames(_ stream: OpaquePointer) -> [[CChar]] {
        var names: [[CChar]] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                bytes.prefix { $0 != 0 }.map { CChar(bitPattern: $0) } + [0]
            }
            let dot = CChar(bitPattern: UInt8(ascii: "."))
            if name != [dot, 0], name != [dot, dot, 0] { names.append(name) }
        }
        return names
    }
}
