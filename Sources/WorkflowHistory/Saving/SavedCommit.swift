public import GitStore

/// A commit that a save made.
public struct SavedCommit: Hashable, Sendable {
    /// The commit.
    public let commit: CommitID
    /// What it stands on; nil for the first commit of a branch.
    public let parent: CommitID?
    /// The branch that moved; nil where HEAD is detached.
    public let branch: String?
    /// The message as stored.
    public let message: String
    /// What changed.
    public let changes: [ContentChange]
    /// What went wrong after the commit was made, or was passed over, each a sentence for the user.
    public let warnings: [String]

    /// The first line of the message.
    public var subject: String { String(message.prefix { $0 != "\n" }) }
}
