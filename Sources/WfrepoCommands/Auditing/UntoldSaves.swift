import DocumentTree
import GitStore
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage
import WorkflowRecords

extension CommandContext {
    /// Makes a save that the audit is told of. Where this process is killed in between, the next command tells it.
    func toldSave<Result>(
        in repository: Repository, _ save: () throws -> Result,
        _ tell: (Result) -> (commit: CommitID, parent: CommitID?)
    ) throws -> Result {
        tellOfUntoldSaves(in: repository)
        let told = holdToldSaves(of: repository)
        let result = try save()
        let saved = tell(result)
        advance(told, from: saved.parent, to: saved.commit)
        return result
    }

    /// Says that a save was told. Where somebody else saved, too, nothing is said: the next look finds in the audit what is told.
    func advance(_ told: ToldSaves?, from old: CommitID?, to new: CommitID) {
        do {
            guard let told, var standing = try told.standing(), standing.tip == old else { return }
            standing.tip = new
            try told.keep(standing)
        } catch {
            warnOfAudit("may look for this save again", error)
        }
    }

    /// Lets saves be told from now on, where that has not begun.
    @discardableResult
    func holdToldSaves(of repository: Repository) -> ToldSaves? {
        do {
            let told = try ToldSaves.hold(of: repository, isAlone: false)
            if try told?.standing() == nil {
                try told?.keep(ToldSaves.Standing(tip: repository.head.tip, since: now.seconds))
            }
            return told
        } catch {
            // The queue, beside it, can't be written either, and that is said.
            return nil
        }
    }

    /// Tells the audit of the saves whose process was killed before it did, or that were made without hooks: from HEAD's reflog, and
    /// the commits themselves.
    func tellOfUntoldSaves(in repository: Repository) {
        do {
            guard repository.showsOwnFolder, repository.state != .rebase,
                let known = try ToldSaves.standing(in: repository), try known.tip != repository.head.tip,
                let told = try ToldSaves.hold(of: repository, isAlone: true), var standing = try told.standing()
            else { return }
            let workflows = WorkflowRepository(repository)
            let base = try workflows.base()
            // git may have taken away what was undone at once.
            let saves = try standing.savesSince(repository.headReflog(), tip: base.tip)
                .filter { repository.exists($0.object) }
            if !saves.isEmpty { try tell(ofLater: saves, base, workflows) }
            standing.tip = base.tip
            try told.keep(standing)
        } catch {
            warnOfAudit("was not told of what may have been saved meanwhile", error)
        }
    }

    private func tell(ofLater saves: [CommitID], _ base: Base, _ workflows: WorkflowRepository) throws {
        let trail = auditTrail(workflows.repository, "history", .system)
        let index = try RecordIndex.open(workflows.repository, damaged: tellOfDamagedIndex)
        let told = try toldSaves(of: workflows.repository, in: index, limit: 10_000)
        for commit in saves {
            let said = try workflows.repository.commit(commit)
            let isOnBranch = try base.tip.map { try workflows.repository.isAncestor(commit, of: $0) } ?? false
            let changes = try workflows.changes(in: commit).filter { !told.contains(ToldSave($0.name, commit)) }
            try trail.tell(
                changes.compactMap { change in
                    var entry = trail.event(
                        of: change, as: AuditEventKind(change.kind(saidBy: said)),
                        branch: isOnBranch ? base.branch : nil, reason: said.trailer("Reason"))
                    entry?.event.actor = Actor(name: said.committer.name, email: said.committer.email)
                    entry?.event.details["told"] = "later"
                    return entry
                })
        }
    }

    /// Saves of this work tree, by HEAD's reflog, of which nothing is told although they count as told: lines that somebody takes out
    /// of the queue before they are in git leave no other trace.
    func findingsOfMissingSaves(in repository: Repository) throws -> [WorkflowRecords.Finding] {
        guard repository.showsOwnFolder, let standing = try ToldSaves.standing(in: repository),
            try standing.tip == repository.head.tip
        else { return [] }
        let index = try RecordIndex.open(repository, damaged: tellOfDamagedIndex)
        guard try index.sealedLines() == 0 else { return [] }
        // What told of earlier ones may have been dropped on purpose.
        let dropped = try Tombstone.all(in: repository).keys.filter { $0.kind == .audit }.map {
            $0.month.end.milliseconds / 1000
        }.max()
        let since = max(standing.since, dropped ?? 0)
        let saves = try ToldSaves.Standing(tip: nil, since: since).savesSince(
            repository.headReflog(), tip: standing.tip
        )
        .filter { repository.exists($0.object) }
        guard !saves.isEmpty else { return [] }
        let told = try toldSaves(of: repository, in: index, limit: .max)
        let workflows = WorkflowRepository(repository)
        let trail = auditTrail(repository, "verify", .system)
        return try saves.flatMap { commit in
            // Of the end of an old name nothing is told by itself.
            try workflows.changes(in: commit).filter { trail.event(of: $0, branch: nil) != nil }
                .filter { !told.contains(ToldSave($0.name, commit)) }
                .map { change in
                    WorkflowRecords.Finding(
                        .note, .audit, "\(commit)",
                        "it was made here and saved \(change.name), and no event of the audit tells of it",
                        hint:
                            "its line may have been taken out of the queue before it was in git; say what you know of it: "
                            + "wfrepo note \(change.name) -m TEXT")
                }
        }
    }

    private struct ToldSave: Hashable {
        let workflow: WorkflowName
        let commit: String

        init(_ workflow: WorkflowName, _ commit: CommitID) {
            (self.workflow, self.commit) = (workflow, commit.description)
        }

        /// nil for what tells of no save: triggers and runs name a commit, too.
        init?(_ event: AuditEvent) {
            guard AuditEventKind.ofSaves.contains(event.kind), let workflow = event.workflow,
                let commit = event.details["commit"]?.string
            else { return nil }
            (self.workflow, self.commit) = (workflow, commit)
        }
    }

    /// The latest saves that the audit knows of.
    private func toldSaves(of repository: Repository, in index: RecordIndex, limit: Int) throws -> Set<ToldSave> {
        let query = AuditQuery(kinds: AuditEventKind.ofSaves, limit: limit)
        var told = Set(try AuditQueue(of: repository).waiting().map(\.event).compactMap(ToldSave.init))
        try index.forEachEvent(query) { stored in
            if let save = ToldSave(stored.event) { told.insert(save) }
        }
        return told
    }
}

extension AuditEventKind {
    /// What a revert commit says of itself; nil where the files say it all.
    fileprivate init?(_ kind: LogEntry.Kind) {
        switch kind {
        case .rolledBack: self = .workflowRolledBack
        case .reverted: self = .workflowReverted
        default: return nil
        }
    }
}
