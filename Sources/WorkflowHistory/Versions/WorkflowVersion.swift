public import GitStore
public import WorkflowLanguage

/// A commit on the branch's first-parent history that changed a workflow.
public struct WorkflowVersion: Hashable, Sendable {
    /// The number, from 1; nil in a shallow clone, whose history does not reach back far enough to count.
    public let number: Int?
    /// The commit.
    public let commit: CommitID
    /// The name that the workflow had after the commit.
    public let name: WorkflowName
    /// What happened, as far as the trees tell.
    public let change: VersionChange
    /// The definition after the commit; nil where it was deleted.
    public let file: WorkflowFile?
    /// The definition before the commit; nil where it was created.
    public let previous: WorkflowFile?

    /// A version.
    public init(
        number: Int?, commit: CommitID, name: WorkflowName, change: VersionChange, file: WorkflowFile?,
        previous: WorkflowFile?
    ) {
        self.number = number
        self.commit = commit
        self.name = name
        self.change = change
        self.file = file
        self.previous = previous
    }

    /// `v7`, or the short id of the commit where numbers are unknown.
    public var label: String { number.map { "v\($0)" } ?? commit.object.short() }
}

/// What a commit did to a workflow, as far as the trees tell.
public enum VersionChange: Hashable, Sendable {
    case created
    case changed
    /// It had another name before, or the other extension.
    case renamed(from: WorkflowName)
    /// The name was free afterwards, because the workflow was removed or has another name since.
    case deleted(movedTo: WorkflowName?)
}
