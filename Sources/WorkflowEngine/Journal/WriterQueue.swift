internal import Glibc

/// The queue in front of SQLite's lock: whoever writes the journal waits here in the kernel, and goes on in the very moment in
/// which the one before has committed.
///
/// SQLite has its writers try again after a pause, in which nobody writes, and whoever has bad luck is late. The queue is courtesy
/// and no more: SQLite's own lock decides, so whoever does not queue (the sqlite3 shell, say) harms nothing, and where
/// the queue's file can't be opened, nobody queues. A lock of flock(2) ends with its process, however that ends.
final class WriterQueue: Sendable {
    private let descriptor: Int32

    /// The queue of the journal at `path`: an empty file beside it, which stays.
    init(of path: String) {
        descriptor = open(path + "-queue", O_RDONLY | O_CREAT | O_CLOEXEC, 0o600)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Does `body` when it is this connection's turn. One connection must not be in the queue twice.
    func inTurn<R>(_ body: () throws -> R) rethrows -> R {
        while flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
        // Given up by name: a process that is just being started has a copy of the descriptor until its `exec`.
        defer { flock(descriptor, LOCK_UN) }
        return try body()
    }
}
