public import GitStore
public import WorkflowLanguage

/// A revision, found: one state of one workflow.
public struct ResolvedRevision: Hashable, Sendable {
    /// What was asked for.
    public let spec: RevisionSpec
    /// The workflow's name in that state; an older version may have had another one.
    public let name: WorkflowName
    /// The path of the definition.
    public let path: String
    /// The commit that runs: the tip for a bare name, the version's own commit for `@v7` and a date, the named commit
    /// otherwise; for `@worktree` the tip that the file stands beside.
    public let commit: CommitID
    /// The commit's tree. For `@worktree` it does not hold the definition.
    public let tree: TreeID
    /// The version in force at the commit; nil for `@worktree`. Its number is nil where numbers are unknown.
    public let version: WorkflowVersion?
    /// A file or an executable file.
    public let mode: FileMode
    /// The id of the definition's bytes. For `@worktree` the object need not be stored.
    public let blob: BlobID
    /// The definition.
    public let bytes: [UInt8]
    /// Whether it is the file in the work tree.
    public let isWorktree: Bool

    /// The number of the version, where it is known.
    public var versionNumber: Int? { version?.number }

    /// `deploy@v7`, `deploy@worktree`, or the name with the commit's short id.
    public var label: String {
        if isWorktree { return "\(name)@worktree" }
        return "\(name)@\(version?.label ?? commit.object.short())"
    }
}
