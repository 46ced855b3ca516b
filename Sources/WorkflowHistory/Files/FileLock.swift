internal import Glibc

/// An exclusive flock(2) on a file of its own, held as long as the value lives; the kernel frees it when a process dies.
struct FileLock: ~Copyable {
    private let descriptor: Int32

    /// Waits for the lock. The file is made where it is missing and is never removed.
    init(_ path: String) throws(HistoryError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw WorkTree.failure("lock", path) }
        while flock(descriptor, LOCK_EX) != 0 {
            if errno == EINTR { continue }
            let error = WorkTree.failure("lock", path)
            close(descriptor)
            throw error
        }
    }

    deinit { close(descriptor) }
}
