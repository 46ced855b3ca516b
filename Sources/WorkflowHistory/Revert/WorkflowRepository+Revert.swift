internal import GitStore
internal import WorkflowLanguage

extension WorkflowRepository {
    /// Plans to undo one version of a workflow and to keep the later ones. Nothing is changed.
    ///
    /// What the version did is taken out of the present definition by a three-way merge: the version is the common
    /// ancestor, what is there now is one side, and what was there before the version is the other. A version that made,
    /// removed or renamed the workflow is undone by removing it, bringing it back, or giving it the old name.
    ///
    /// - Parameter allowsSecrets: Whether what looks like a credential in clear text may come back; the commit says so then.
    /// - Returns: The plan; where later versions are in the way, one with ``RevertPlan/conflicts`` that changes nothing.
    /// - Throws: `unknownWorkflow`, `unknownRevision`, `nothingToDo` where it is undone already, `uncommittedEdits` where
    ///   edits would be lost, `invalidMessage` for an empty reason.
    public func planRevert(
        _ revision: RevisionSpec, reason: String, allowsSecrets: Bool = false
    ) throws -> RevertPlan {
        guard !reason.allSatisfy(\.isWhitespace) else {
            throw HistoryError(.invalidMessage, "revert", "a revert says why", hint: "--reason TEXT")
        }
        let base = try baseForSaving(expecting: .detect)
        let target = try RevertTarget(revision, base: base, in: self)
        let outcome = try target.outcome()
        if outcome.conflicts.isEmpty {
            guard outcome.changes.contains(where: { $0.old != $0.new }) else {
                throw HistoryError(
                    .nothingToDo, "\(revision.name)@\(target.version.label)",
                    "it is undone already: no content would change", hint: "look at it: wfrepo log \(revision.name)")
            }
            try refuseUncommitted(outcome.changes.map(\.path))
        }
        let changes = outcome.conflicts.isEmpty ? outcome.changes : []
        let secrets = try RestoredSecrets(changes, in: self, base: base, allowsSecrets: allowsSecrets)
        let message = RevertPlan.message(
            name: outcome.name, version: target.version,
            subject: try repository.commit(target.version.commit).subject,
            oldName: outcome.name == revision.name ? nil : revision.name, reason: reason,
            exemptions: secrets.trailers)
        return RevertPlan(
            base: base, name: revision.name, version: target.version, current: target.current,
            changes: changes, conflicts: outcome.conflicts, problems: outcome.problems, secrets: secrets.refused,
            reason: reason, message: message)
    }

    /// Makes the revert commit of a plan, which can be reverted itself.
    ///
    /// The hooks that run are those of `git revert`.
    ///
    /// - Throws: `conflict` where the plan has conflicts, `clearTextSecret`, `branchMoved` where the branch is not where the plan was made,
    ///   `uncommittedEdits`, or what a save throws. Nothing has changed then.
    @discardableResult
    public func apply(_ plan: RevertPlan, context: SaveContext) throws -> SavedCommit {
        guard plan.conflicts.isEmpty else {
            throw HistoryError(
                .conflict, "\(plan.name)@\(plan.version.label)",
                "later versions changed the same: \(plan.conflicts.map(\.description).joined(separator: "; "))",
                hint: "edit the file and save it: wfrepo commit \(plan.name)")
        }
        let base = try baseForSaving(expecting: .detect)
        guard base == plan.base else { throw Self.moved(base) }
        try RestoredSecrets.refuse(plan.secrets, "revert")
        try refuseUncommitted(plan.changes.map(\.path))
        return try save(
            plan.changes, base: base, message: plan.message.description, hooks: .revert, reflogVerb: "revert",
            context: context)
    }
}
