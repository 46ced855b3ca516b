internal import CLinux
internal import Glibc

/// The queue in front of SQLite's lock: whoever writes the journal waits here in the kernel, and goes on in the very moment in
/// which the one before has committed.
///
/// SQLite has its writers try again after a pause, in which nobody writes, and whoever has bad luck is late. The queue is courtesy
/// and no more: SQLite's own lock decides, so whoever does not queue (the sqlite3 shell, say) harms nothing, and where
/// the queue's file can't be opened, nobody queues. A lock of flock(2) ends with its process, however that ends; one that is
/// stopped (SIGSTOP) keeps it, and whoever waits is told who that is when the patience is over.
final class WriterQueue: Sendable {
    private let path: String
    private let patience: Duration
    private let descriptor: Int32

    /// The queue of the journal at `path`: an empty file beside it, which stays.
    init(of path: String, patience: Duration) {
        self.path = path
        self.patience = patience
        descriptor = open(path + "-queue", O_RDONLY | O_CREAT | O_CLOEXEC, 0o600)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Does `body` when it is this connection's turn. One connection must not be in the queue twice.
    /// - Throws: `EngineError.busy` where its turn does not come; nothing was done then.
    func inTurn<R>(_ body: () throws -> R) throws -> R {
        if clinux_lock_within(descriptor, patience.wholeNanoseconds) == -ETIMEDOUT { throw busy() }
        // Given up by name: a process that is just being started has a copy of the descriptor until its `exec`.
        defer { flock(descriptor, LOCK_UN) }
        return try body()
    }

    private func busy() -> EngineError {
        guard let holder = LockHolder(of: descriptor) else {
            return EngineError(
                .busy, "another process has been writing the journal for \(patience.shortText)", object: path,
                hint: "look who has it open: fuser -v \(path)-queue")
        }
        return EngineError(
            .busy,
            "process \(holder.pid) (\(holder.command)) has been writing the journal for \(patience.shortText)"
                + (holder.isStopped ? ": it is stopped" : ""),
            object: path,
            hint: holder.isStopped
                ? "have it go on: kill -CONT \(holder.pid)" : "wait for it, or end it: kill \(holder.pid)")
    }
}
