public import GitStore
public import WorkflowLanguage

/// A run that a commit or a push starts.
public struct PlannedTrigger: Hashable, Sendable {
    /// The workflow.
    public let workflow: WorkflowName
    /// The commit to run, whose definition fired.
    public let commit: CommitID
    /// `commit` or `push`.
    public let event: Trigger.Event
    /// The branch; nil where HEAD is detached.
    public let branch: String?
}

/// The runs that a commit or a push starts, and what could not be asked.
public struct TriggerPlan: Hashable, Sendable {
    /// Each workflow once a commit.
    public var triggers: [PlannedTrigger]
    /// Definitions with faults, which fire nothing.
    public var problems: [DefinitionProblem]

    /// Nothing.
    public static let nothing = TriggerPlan(triggers: [], problems: [])
}

/// A commit that `git commit --amend` or `git rebase` replaced, as `post-rewrite` reads it (githooks(5)).
public struct RewrittenCommit: Hashable, Sendable {
    /// The commit that was.
    public let old: CommitID
    /// The commit that is.
    public let new: CommitID

    /// Reads the hook's input, a line a commit: `old new`, perhaps with more words.
    ///
    /// - Throws: `invalidMessage` for a line of another form.
    public static func parse(_ input: String) throws(HistoryError) -> [RewrittenCommit] {
        try input.split(separator: "\n").map { line throws(HistoryError) in
            let words = line.split(separator: " ")
            guard words.count >= 2, let old = CommitID(String(words[0])), let new = CommitID(String(words[1])) else {
                throw HistoryError(.invalidMessage, String(line), "not a line that git gives to post-rewrite")
            }
            return RewrittenCommit(old: old, new: new)
        }
    }
}
