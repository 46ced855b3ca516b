public import GitStore
internal import WorkflowLanguage

/// A version of a workflow as a log shows it.
public struct LogEntry: Hashable, Sendable {
    /// What a version did, as people name it.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case created, changed, renamed, deleted
        /// It restored an earlier state (`Rollback-To:`).
        case rolledBack = "rolled back"
        /// It undid one version and kept later ones (`Reverts:`).
        case reverted
        /// Layout or comments changed, the meaning did not.
        case cosmetic
    }

    /// The version.
    public let version: WorkflowVersion
    /// What it did.
    public let kind: Kind
    /// Who made the change, and when.
    public let author: Signature
    /// Who made the commit, and when.
    public let committer: Signature
    /// The first paragraph of the message.
    public let subject: String
    /// The rest of the message.
    public let body: String
    /// `Reason:`, `Rollback-To:` and the like.
    public let trailers: [Trailer]

    /// The author's date in the form of RFC 3339.
    public var date: String { RFC3339.text(seconds: author.seconds, offsetMinutes: author.offsetMinutes) }

    /// The value of the last trailer of that key.
    public func trailer(_ key: String) -> String? { trailers.last { $0.key.lowercased() == key.lowercased() }?.value }
}
