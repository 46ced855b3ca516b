/// A name that points to an object or to another name.
public struct Reference: Hashable, Sendable {
    /// The full name: `refs/heads/main`, `HEAD`.
    public let name: String
    /// What it points to.
    public let target: Target

    /// What a reference points to.
    public enum Target: Hashable, Sendable {
        /// An object.
        case object(ObjectID)
        /// Another reference, by its full name, which need not exist.
        case symbolic(String)
    }
}

/// What a reference must hold for an update to happen.
public enum Expected: Hashable, Sendable {
    /// Anything, or nothing: the update is forced.
    case any
    /// The reference must not exist.
    case absent
    /// The reference must point to this object.
    case exactly(ObjectID)
}

/// Where HEAD is.
public enum Head: Hashable, Sendable {
    /// On a branch: its name without `refs/heads/`, and its commit; no commit while the branch is unborn.
    case branch(name: String, tip: CommitID?)
    /// On a commit itself.
    case detached(CommitID)

    /// The commit that is checked out; `nil` on an unborn branch.
    public var tip: CommitID? {
        switch self {
        case .branch(_, let tip): tip
        case .detached(let tip): tip
        }
    }

    /// The branch's name without `refs/heads/`; `nil` when detached.
    public var branchName: String? {
        if case .branch(let name, _) = self { name } else { nil }
    }
}
