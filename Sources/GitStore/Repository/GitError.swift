/// What failed in a repository, on which object, why, and what to do next.
public struct GitError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of failure, for code that decides what to do.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// The object, reference, path or setting is not there.
        case notFound
        /// It is there already, or a name in its way is.
        case exists
        /// A short name fits several objects.
        case ambiguous
        /// Not a name that git accepts for a reference, a revision or a path.
        case invalidName
        /// A compare-and-swap failed: the reference no longer holds what the caller read.
        case stale
        /// Another process holds git's lock file, for longer than we wait.
        case locked
        /// No repository there.
        case notARepository
        /// The repository belongs to another user and is not in `safe.directory`.
        case notOwned
        /// A repository format or a feature that libgit2 cannot read (SHA-256, reftable, split index …).
        case unsupported
        /// The branch has no commit yet.
        case unborn
        /// A merge, a revert or a path clashes with what is there.
        case conflict
        /// Stored bytes are not what their name or their format promises.
        case corrupt
        /// The file system refuses.
        case permissionDenied
        /// No space left on the device, or the quota is used up.
        case diskFull
        /// The repository or the work tree is in use in a way that excludes this operation.
        case busy
        /// The caller's argument makes no sense.
        case invalid
        /// Reading or writing a file failed in another way.
        case io
        /// What libgit2 reports and does not classify.
        case other
    }

    /// The kind of failure.
    public var code: Code
    /// What was attempted, as a phrase that follows "cannot": `update reference`.
    public var operation: String
    /// The path, reference or object id it was attempted on.
    public var object: String?
    /// Why it failed.
    public var message: String
    /// The exact next step for the person who reads this, where one is known.
    public var hint: String?

    /// Makes an error from its parts.
    public init(_ code: Code, _ operation: String, _ object: String? = nil, _ message: String, hint: String? = nil) {
        self.code = code
        self.operation = operation
        self.object = object
        self.message = message
        self.hint = hint
    }

    /// One line: `cannot update reference refs/heads/main: it has moved`. The hint is not part of it.
    public var description: String {
        let subject = object.map { "\(operation) \($0)" } ?? operation
        return "cannot \(subject): \(message)"
    }
}
