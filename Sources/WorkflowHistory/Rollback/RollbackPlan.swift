public import GitStore
public import WorkflowLanguage

/// What a rollback will do, before it does it.
public struct RollbackPlan: Hashable, Sendable {
    /// One workflow of a rollback.
    public struct Item: Hashable, Sendable {
        /// The workflow.
        public let name: WorkflowName
        /// The version in force now; nil where the workflow never was on this history.
        public let from: WorkflowVersion?
        /// The version that was in force in the state to restore; nil where the workflow did not exist then.
        public let to: WorkflowVersion?
        /// The content now and the content to restore, byte for byte.
        public let change: ContentChange
        /// Faults that today's checks find in the content to restore. They do not hinder the rollback.
        public let problems: [DefinitionProblem]
    }

    /// What the rollback stands on; it is refused when the branch has moved since.
    public let base: Base
    /// The commit whose state is restored, where the revision names one commit for all workflows.
    public let target: CommitID?
    /// The workflows that change, by name.
    public let items: [Item]
    /// The workflows that are as asked for already, by name; they stay out of the commit.
    public let unchanged: [WorkflowName]
    /// What looks like a credential in clear text and would come back; ``WorkflowRepository/apply(_:context:)`` refuses it.
    public let secrets: [DefinitionProblem]
    /// The commits that are undone, newest first.
    public let undone: [CommitID]
    /// Why.
    public let reason: String
    /// The whole message of the revert commit.
    public let message: CommitMessage
}

extension RollbackPlan {
    /// The key of the trailer that names what was restored: `Rollback-To: deploy@v5 <commit>`.
    static let trailer = "Rollback-To"

    static func message(
        items: [Item], target: CommitID?, undone: [CommitID], reason: String, exemptions: [Trailer]
    ) -> CommitMessage {
        let labels = Set(items.map { $0.to?.label ?? "before its creation" })
        let label = labels.count == 1 ? labels.first : target?.object.short()
        let subject = "Revert \(ContentChange.list(items.map(\.name.description))) to \(label ?? "earlier versions")"
        let trailers = items.map { item in
            let state = item.to.map { "\(item.name)@\($0.label) \($0.commit)" } ?? "\(item.name) (before its creation)"
            return Trailer(trailer, state)
        }
        return CommitMessage(
            subject: subject, body: undone.map { "This reverts commit \($0)." }.joined(separator: "\n"),
            trailers: trailers + [Trailer("Reason", reason)] + exemptions)
    }
}
