public import GitStore
public import WorkflowLanguage

/// A source that knows the versions of workflows faster than a walk over history does.
///
/// What it answers must equal what ``WorkflowRepository/versions(of:from:)`` finds by walking.
public protocol VersionIndex {
    /// The versions of a workflow on the first-parent history of `tip`, oldest first; nil where the index does not know
    /// that history (yet).
    func versions(of name: WorkflowName, at tip: CommitID) throws -> [WorkflowVersion]?
}
