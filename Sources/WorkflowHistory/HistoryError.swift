/// What failed in the history of workflows, on which object, why, and what to do next.
public struct HistoryError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of failure, for code that decides what to do.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// No workflow of that name in that place.
        case unknownWorkflow
        /// The text is no revision, or names none that exists.
        case unknownRevision
        /// Two files claim one name, or a name is taken already.
        case exists
        /// Not a name for a workflow.
        case invalidName
        /// A definition has faults; `problems` lists them.
        case invalidDefinition
        /// A definition holds what looks like a credential in clear text; `problems` lists the places.
        case clearTextSecret
        /// A symbolic link, a FIFO or another thing that is not a plain file stands where a definition should.
        case notAFile
        /// A definition is too large to be one.
        case tooLarge
        /// Nothing differs, so there is nothing to save or to roll back.
        case nothingToDo
        /// Later versions changed what an earlier one did, so that it can't be undone alone.
        case conflict
        /// The branch moved since the caller read it; nothing was changed.
        case branchMoved
        /// A merge, a rebase or the like is under way.
        case operationInProgress
        /// Edits that are in no commit would be lost.
        case uncommittedEdits
        /// The repository has no work tree.
        case bare
        /// One of the repository's git hooks refused.
        case hookRefused
        /// The commit must be signed and cannot be.
        case signingFailed
        /// The message is empty, or misses something that it needs.
        case invalidMessage
        /// A merge would give existing versions other numbers.
        case renumbering
        /// A protected reference may not move like that.
        case protectedReference
        /// Something belongs to somebody else: git's global settings, another user's folder.
        case notOurs
        /// The file system or the operating system refused.
        case io
    }

    /// The kind of failure.
    public let code: Code
    /// What it failed on: a workflow, a path, a revision.
    public let subject: String
    /// What happened and why, in one sentence without the subject.
    public let reason: String
    /// The exact next command, or advice, where there is one.
    public let hint: String?
    /// Every fault found, as `file:line:column: what`, where there may be several.
    public let problems: [DefinitionProblem]

    /// A failure.
    public init(
        _ code: Code, _ subject: String, _ reason: String, hint: String? = nil, problems: [DefinitionProblem] = []
    ) {
        self.code = code
        self.subject = subject
        self.reason = reason
        self.hint = hint
        self.problems = problems
    }

    /// The subject and the reason, then a line a problem; the hint is left to whoever shows it.
    public var description: String {
        (["\(subject): \(reason)"] + problems.map(\.description)).joined(separator: "\n")
    }
}
