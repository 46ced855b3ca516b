internal import Glibc

/// An exclusive flock(2) on a file of its own; the kernel frees it when a process dies.
enum FileLock {
    /// Waits for the lock and holds it while `body` runs. The file is made where it is missing and is never removed.
    static func holding<Result>(_ path: String, _ body: () throws(HistoryError) -> Result) throws(HistoryError)
        -> Result
    {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw WorkTree.failure("lock", path) }
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw WorkTree.failure("lock", path) }
        }
        return try body()
    }
}
