internal import Glibc

/// git's way to change a file: `NAME.lock` keeps others away, takes the new content and then becomes the file.
final class LockFile {
    let path: String
    private let descriptor: Int32
    private var isCommitted = false

    /// Takes the lock; `locked` when another process has it.
    ///
    /// - Parameter access: what others get of the file.
    static func take(for path: String, mode: mode_t = 0o666, _ access: SharedAccess) throws(GitError) -> LockFile {
        let descriptor = open(path + ".lock", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            guard errno == EEXIST else { throw GitError.system(errno, "lock file", path) }
            throw GitError.locked("lock file", path, lock: path + ".lock")
        }
        let lock = LockFile(path: path, descriptor: descriptor)
        try access.apply(to: descriptor, path)
        return lock
    }

    // Only for a lock that is ours: `deinit` removes it.
    private init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
        if !isCommitted { unlink(path + ".lock") }
    }

    /// Writes the new content and puts it in the file's place, durably.
    func commit(_ bytes: [UInt8]) throws(GitError) {
        try UnsyncedFile.wait(for: [fill(bytes)])
        try UnsyncedFile.wait(for: [replace()])
    }

    /// Writes the new content into the lock file, to be waited for before it takes the file's place.
    func fill(_ bytes: [UInt8]) throws(GitError) -> UnsyncedFile {
        try SystemFile.write(bytes, to: descriptor, path: path + ".lock")
        return UnsyncedFile(descriptor, "write file", path + ".lock", openIn: self)
    }

    /// Puts the lock file in the file's place, and ends the lock. It lasts once the folder was waited for.
    func replace() throws(GitError) -> UnsyncedFile {
        guard rename(path + ".lock", path) == 0 else { throw GitError.system(errno, "write file", path) }
        isCommitted = true
        return try UnsyncedFile(folder: DurableFile.folder(of: path))
    }
}
