internal import DocumentTree
internal import GitStore
internal import WorkflowEngine

/// The commit that a run is: the files that ran, on top of the commit that ran.
///
/// The same record always makes the same commit, so writing it twice is harmless:
///
///     tree      the files that ran: the commit's, with the definition's blob replaced where it was uncommitted
///     parent    the commit that ran
///     author    the actor, at the second of the start, in UTC; the committer likewise; never signed
///
///     run deploy v7 succeeded
///
///     Run: 01KB4X…
///     Workflow: deploy
///     Trigger: commit
///     Uncommitted: true          (only where it was)
struct RunCommit: Equatable {
    let tree: TreeID
    let parent: CommitID
    let actor: Signature
    let message: String

    init(_ record: RunRecord) {
        let definition = record.definition
        tree = definition.tree
        parent = definition.commit
        let name = identityText(record.actor.name)
        let email = identityText(record.actor.email)
        actor = Signature(
            name: name.isEmpty ? email.isEmpty ? "unknown" : email : name, email: email,
            seconds: (record.started ?? record.queued).seconds)
        let summary = RunSummary(record)
        var lines = [
            "run \(summary.workflow) \(summary.version) \(summary.status.rawValue)", "",
            "Run: \(record.run)", "Workflow: \(summary.workflow)",
            "Trigger: \(PrintableText.escape(record.trigger.event))",
        ]
        if definition.isUncommitted { lines.append("Uncommitted: true") }
        message = lines.joined(separator: "\n") + "\n"
    }

    /// The id that the commit has, written or not.
    func id() throws(GitError) -> CommitID {
        CommitID(
            try Repository.hash(
                .commit,
                Repository.commitBytes(
                    tree: tree, parents: [parent], author: actor, committer: actor, message: message)))
    }

    func write(to repository: Repository) throws(GitError) -> CommitID {
        try repository.writeCommit(tree: tree, parents: [parent], author: actor, committer: actor, message: message)
    }
}
