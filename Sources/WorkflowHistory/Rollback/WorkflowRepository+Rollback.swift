internal import GitStore
public import WorkflowLanguage

extension WorkflowRepository {
    /// Plans to bring workflows back to an earlier state. Nothing is changed.
    ///
    /// `v5` is each workflow's own fifth version; a commit or a date is one state for all. A state before a workflow's
    /// creation, or after its deletion, removes it; a deleted workflow comes back into being.
    ///
    /// - Parameter allowsSecrets: Whether what looks like a credential in clear text may come back; the commit says so then.
    /// - Throws: `unknownWorkflow`, `unknownRevision`, `nothingToDo` where no content would change, `uncommittedEdits`
    ///   where edits would be lost, `invalidMessage` for an empty reason.
    public func planRollback(
        _ names: [WorkflowName], to selector: RevisionSelector, reason: String, allowsSecrets: Bool = false
    ) throws -> RollbackPlan {
        let base = try baseForSaving(expecting: .detect)
        let target = try RollbackTarget(selector, in: self)
        let found = try Set(names).sorted().map { try target.state(of: $0, base: base) }
        return try plan(found, base, target: target.commit, reason: reason, allowsSecrets: allowsSecrets) { items in
            let wanted = Set(items.flatMap(\.undone))
            return try self.inHistoryOrder(wanted, base: base)
        }
    }

    /// Plans to bring the whole folder of workflows back to the state of one commit or date.
    ///
    /// - Throws: as ``planRollback(_:to:reason:)``; `unknownRevision` for a version's number, which differs from workflow to
    ///   workflow.
    public func planRollbackOfAll(
        to selector: RevisionSelector, reason: String, allowsSecrets: Bool = false
    ) throws -> RollbackPlan {
        let base = try baseForSaving(expecting: .detect)
        let target = try RollbackTarget(selector, in: self)
        guard let commit = target.commit, let tip = base.tip else {
            throw HistoryError(
                .unknownRevision, selector.description, "all workflows together have no common version numbers",
                hint: "name a commit or a date: wfrepo rollback --all --to HEAD~1 --reason TEXT")
        }
        let changes = try folderChanges(from: base.tree, to: repository.links(of: commit).tree)
        // Two walks for all workflows, not two for each.
        let (now, then) = try (latestVersions(from: tip), latestVersions(from: commit))
        let found = try changes.map { try target.folderState($0, from: now[$0.name], to: then[$0.name]) }
        return try plan(found, base, target: commit, reason: reason, allowsSecrets: allowsSecrets) { items in
            let paths = Set(items.map(\.name))
            return try self.commits(changing: paths, since: commit, tip: tip)
        }
    }

    /// Makes the revert commit of a plan: one commit for all its workflows, which can be rolled back itself.
    ///
    /// The hooks that run are those of `git revert`; definitions are restored whatever today's checks say of them, but for
    /// credentials in clear text.
    ///
    /// - Throws: `clearTextSecret`, `branchMoved` where the branch is not where the plan was made, `uncommittedEdits`, or what a save throws.
    ///   Nothing has changed then.
    @discardableResult
    public func apply(_ plan: RollbackPlan, context: SaveContext) throws -> SavedCommit {
        let base = try baseForSaving(expecting: .detect)
        guard base == plan.base else { throw Self.moved(base) }
        try RestoredSecrets.refuse(plan.secrets, "rollback")
        let changes = plan.items.map(\.change)
        try refuseUncommitted(changes.map(\.path))
        return try save(
            changes, base: base, message: plan.message.description, hooks: .revert, reflogVerb: "revert",
            context: context)
    }

    private func plan(
        _ found: [RollbackTarget.State], _ base: Base, target: CommitID?, reason: String, allowsSecrets: Bool,
        undone: ([RollbackTarget.State]) throws -> [CommitID]
    ) throws -> RollbackPlan {
        guard !reason.allSatisfy(\.isWhitespace) else {
            throw HistoryError(.invalidMessage, "rollback", "a rollback says why", hint: "--reason TEXT")
        }
        let differing = found.filter { $0.change.old != $0.change.new }
        guard !differing.isEmpty else {
            throw HistoryError(
                .nothingToDo, ContentChange.list(found.map(\.name.description)),
                "the content is that of the revision already", hint: "look at the versions: wfrepo log")
        }
        try refuseUncommitted(differing.map(\.change.path))
        // Faulty settings don't keep anybody from going back: they are what may have to be undone.
        let settings = (try? settings(in: base.tree)) ?? .standard
        let items = differing.map { state in
            RollbackPlan.Item(
                name: state.name, from: state.from, to: state.to, change: state.change,
                problems: state.change.new.map {
                    DefinitionCheck.faults(
                        of: state.name, at: state.change.path, $0.bytes, scope: settings.scope(of: state.name))
                } ?? [])
        }
        let commits = try undone(differing)
        let secrets = try RestoredSecrets(items.map(\.change), in: self, base: base, allowsSecrets: allowsSecrets)
        let message = RollbackPlan.message(
            items: items, target: target, undone: commits, reason: reason, exemptions: secrets.trailers)
        return RollbackPlan(
            base: base, target: target, items: items,
            unchanged: found.filter { $0.change.old == $0.change.new }.map(\.name), secrets: secrets.refused,
            undone: commits, reason: reason, message: message)
    }

    /// Sorts commits of the first-parent history, newest first.
    private func inHistoryOrder(_ commits: Set<CommitID>, base: Base) throws -> [CommitID] {
        var found: [CommitID] = []
        var current = base.tip
        while let commit = current, found.count < commits.count {
            if commits.contains(commit) { found.append(commit) }
            current = try repository.firstParent(of: commit)
        }
        return found
    }

    /// The first-parent commits since `target` that changed one of these workflows, newest first.
    private func commits(changing names: Set<WorkflowName>, since target: CommitID, tip: CommitID) throws -> [CommitID]
    {
        var found: [CommitID] = []
        var current: CommitID? = tip
        while let commit = current, try !repository.isAncestor(commit, of: target) {
            let parent = try repository.firstParent(of: commit)
            let before = try parent.map { try repository.links(of: $0).tree }
            let changes = try folderChanges(from: before, to: repository.links(of: commit).tree)
            if changes.contains(where: { names.contains($0.name) }) { found.append(commit) }
            current = parent
        }
        return found
    }
}
