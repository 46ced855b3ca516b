internal import GitStore
public import WorkflowLanguage

/// What the undoing of one version will do, before it does it.
public struct RevertPlan: Hashable, Sendable {
    /// What it stands on; it is refused when the branch has moved since.
    public let base: Base
    /// The workflow, by its present name.
    public let name: WorkflowName
    /// The version that is undone.
    public let version: WorkflowVersion
    /// The version in force now.
    public let current: WorkflowVersion
    /// The files that change; none where there are conflicts.
    public let changes: [ContentChange]
    /// What keeps the version from being undone; nothing is changed where there is one.
    public let conflicts: [RevertConflict]
    /// Faults that today's checks find in a content that was in force before. They do not hinder it.
    public let problems: [DefinitionProblem]
    /// What looks like a credential in clear text and would come back; ``WorkflowRepository/apply(_:context:)`` refuses it.
    public let secrets: [DefinitionProblem]
    /// Why.
    public let reason: String
    /// The whole message of the revert commit.
    public let message: CommitMessage
}

/// A part of a workflow that later versions changed in such a way that an earlier one can't be undone there.
public struct RevertConflict: Hashable, Sendable, CustomStringConvertible {
    /// What it is about: `steps[load].retry.max-attempts`, `name`, `(document)`.
    public let place: String
    /// Why, in a sentence: `v2 made it 5 (3 before), and v4 made it 7`.
    public let reason: String
    /// The version that is in the way, where one is known.
    public let version: WorkflowVersion?

    /// `place: reason`.
    public var description: String { "\(place): \(reason)" }
}

extension RevertPlan {
    /// The key of the trailer that names what was undone: `Reverts: deploy@v6 <commit>`.
    static let trailer = "Reverts"

    /// The message: a subject, git's own sentence, and why.
    ///
    /// - Parameters:
    ///   - subject: of the commit that is undone.
    ///   - oldName: the name that the revert takes away, where it gives the workflow another one.
    ///   - exemptions: what the commit says of texts that look like credentials and come back.
    static func message(
        name: WorkflowName, version: WorkflowVersion, subject: String, oldName: WorkflowName?, reason: String,
        exemptions: [Trailer]
    ) -> CommitMessage {
        let what = "Revert \(name) \(version.label)"
        let said =
            subject.hasPrefix("\(version.name): ") ? String(subject.dropFirst("\(version.name): ".count)) : subject
        let line = "\(what): \(said)"
        let trailers =
            [Trailer(trailer, "\(name)@\(version.label) \(version.commit)"), Trailer("Reason", reason)]
            + (oldName.map { [Trailer(MoveDetection.trailer, $0.description)] } ?? []) + exemptions
        return CommitMessage(
            subject: line.count <= SubjectLine.length ? line : line.prefix(SubjectLine.length - 1) + "…",
            body: "This reverts commit \(version.commit).", trailers: trailers)
    }
}
