public import GitStore
public import WorkflowLanguage

/// A source that knows the versions of workflows faster than a walk over history does.
///
/// What it answers must equal what ``WorkflowRepository/versions(of:from:)`` and ``WorkflowRepository/versions(from:limit:)`` find by
/// walking.
public protocol VersionIndex {
    /// The versions of a workflow on the first-parent history of `tip`, oldest first; nil where the index does not know
    /// that history (yet).
    func versions(of name: WorkflowName, at tip: CommitID) throws -> [WorkflowVersion]?

    /// The latest versions of all workflows on the first-parent history of `tip`, newest first, those of one commit backwards by
    /// name; nil where the index does not know that history (yet).
    ///
    /// - Parameter limit: the most versions; nil for all.
    func versions(at tip: CommitID, limit: Int?) throws -> [WorkflowVersion]?

    /// Whether the change from one definition to another was of layout only; nil where that is not known.
    func isOfLayoutOnly(_ change: DefinitionChange) throws -> Bool?

    /// Keeps what was found, so that the definitions need not be read again.
    func keep(ofLayoutOnly answers: [DefinitionChange: Bool]) throws
}

/// A definition's bytes before and after a version.
public struct DefinitionChange: Hashable, Sendable {
    /// The blob before.
    public let old: BlobID
    /// The blob after.
    public let new: BlobID

    /// A change.
    public init(old: BlobID, new: BlobID) {
        self.old = old
        self.new = new
    }
}
