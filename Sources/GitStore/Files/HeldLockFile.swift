internal import Glibc

/// A lock of git's (`NAME.lock`) that is never put in its file's place, and that tells whose it is: it holds a line that no git writes,
/// and its holder has it locked (flock(2)) as long as it lives. One that a killed holder left can therefore be told from any other.
final class HeldLockFile {
    private static let mark = Array("wfrepo: held while a reference is removed\n".utf8)
    private let path: String
    private let descriptor: Int32

    /// Takes the lock; `locked` when another process has it.
    init(for file: String, _ access: SharedAccess) throws(GitError) {
        path = file + ".lock"
        try Self.removeIfLeft(for: file)
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            guard errno == EEXIST else { throw GitError.system(errno, "lock file", file) }
            throw GitError.locked("lock file", file, lock: path)
        }
        try access.apply(to: descriptor, path)
        // Locked before it is marked: what is marked and not locked has lost its holder.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return }
        try SystemFile.write(Self.mark, to: descriptor, path: path)
    }

    deinit {
        unlink(path)
        close(descriptor)
    }

    /// Removes the lock of a file where a holder that was killed has left it.
    ///
    /// - Returns: whether there was one.
    @discardableResult
    static func removeIfLeft(for file: String) throws(GitError) -> Bool {
        let path = file + ".lock"
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var (found, now) = (stat(), stat())
        guard try SystemFile.readAll(descriptor, path: path, limit: mark.count + 1) == mark,
            flock(descriptor, LOCK_EX | LOCK_NB) == 0, fstat(descriptor, &found) == 0, stat(path, &now) == 0,
            found.st_ino == now.st_ino, found.st_dev == now.st_dev
        else { return false }
        guard unlink(path) == 0 || errno == ENOENT else { throw GitError.system(errno, "remove stale lock", path) }
        return true
    }
}

extension Repository {
    /// Removes the lock of `packed-refs` that somebody left who was killed while a reference was removed: git would wait for it for
    /// good.
    ///
    /// - Returns: its path, where there was one.
    @discardableResult
    public func removeStalePackedReferencesLock() throws(GitError) -> String? {
        let path = commonDirectory + "packed-refs"
        return try HeldLockFile.removeIfLeft(for: path) ? path + ".lock" : nil
    }
}
