internal import Dispatch

/// The way to a repository from asynchronous code: one piece of work at a time, in the order of asking, on a thread that
/// may block.
///
/// libgit2's handles are not for several threads at once, and its calls wait for disks and locks, which nothing on
/// Swift's cooperative threads may do.
public final class RepositoryDoor: Sendable {
    private let queue = DispatchQueue(label: "git repository")
    private let repository: Confined

    /// Holds the repository. `@unchecked Sendable` is right because only blocks on the serial `queue` touch what is inside:
    /// the initializer's caller gave it away (`sending`), and ``perform(_:)`` lets nothing of it out.
    private struct Confined: @unchecked Sendable {
        let value: Repository
    }

    /// Takes a repository that nobody else uses any more.
    public init(_ repository: sending Repository) {
        self.repository = Confined(value: repository)
    }

    /// Runs `work` with the repository and gives what it returns. A task that is cancelled before its turn throws
    /// `CancellationError`; work that has begun is finished.
    public func perform<Result: Sendable>(
        _ work: @escaping @Sendable (Repository) throws -> Result
    ) async throws -> Result {
        try Task.checkCancellation()
        let repository = repository
        return try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(with: Swift.Result { try work(repository.value) })
            }
        }
    }
}
