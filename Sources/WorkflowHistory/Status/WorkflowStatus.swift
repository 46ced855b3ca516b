public import GitStore
public import WorkflowLanguage

/// How the work tree's definitions stand beside the last commit, and what a user should know.
public struct WorkflowStatus: Hashable, Sendable {
    /// A workflow, or the settings file, that differs from the last commit.
    public struct Change: Hashable, Sendable {
        /// The kinds of difference, as people name them.
        public enum Kind: String, Hashable, Sendable {
            case new, changed, deleted, conflicted
        }

        /// The path of the file.
        public let path: String
        /// The workflow; nil for the settings file.
        public let name: WorkflowName?
        /// What differs.
        public let kind: Kind
        /// Whether git's index holds the difference, or a part of it.
        public let isStaged: Bool
        /// Why it can't be saved as it is; empty where it can.
        public let problems: [DefinitionProblem]
    }

    /// A trigger that is written in a workflow and that nothing can fire yet.
    public struct DormantTrigger: Hashable, Sendable {
        /// The workflow.
        public let name: WorkflowName
        /// The kind of trigger.
        public let event: Trigger.Event
    }

    /// The branch; nil where HEAD is detached.
    public let branch: String?
    /// The last commit; nil on a branch without commits.
    public let tip: CommitID?
    /// What git is in the middle of.
    public let state: RepositoryState
    /// The number of workflows in the work tree (at HEAD in a bare repository).
    public let count: Int
    /// What differs from the last commit, by path.
    public let changes: [Change]
    /// The paths of definitions that git does not know and that its ignore rules hide: only a save that names one takes it.
    public let ignored: [String]
    /// What stands in `workflows/` and can't be a definition.
    public let problems: [DefinitionProblem]
    /// Triggers that nothing fires yet.
    public let dormantTriggers: [DormantTrigger]
}
