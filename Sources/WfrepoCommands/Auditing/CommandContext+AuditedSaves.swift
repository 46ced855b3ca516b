import DocumentTree
import GitStore
import WorkflowHistory
import WorkflowLanguage
import WorkflowRecords

extension CommandContext {
    /// Makes a save and tells the audit of it: what became of each workflow, or that the save was refused and why.
    ///
    /// - Parameters:
    ///   - command: as it is typed: `wfrepo commit`.
    ///   - kind: what the command does, where that says more than the files do.
    ///   - names: the workflows that were asked for; a refusal is told of each.
    func audited(
        _ command: String, as kind: AuditEventKind? = nil, of names: [WorkflowName] = [], reason: String? = nil,
        in workflows: WorkflowRepository, _ save: () throws -> SavedCommit
    ) throws -> SavedCommit {
        let trail = auditTrail(workflows.repository, command)
        do {
            let saved = try toldSave(in: workflows.repository, save) { saved in
                let changes = (try? workflows.changes(in: saved.commit)) ?? []
                append(
                    changes.compactMap { trail.event(of: $0, as: kind, branch: saved.branch, reason: reason) },
                    to: trail)
                return (saved.commit, saved.parent)
            }
            // Untold saves were looked for before this one.
            startFoldWhenDue(trail, in: workflows.repository)
            return saved
        } catch let error as HistoryError {
            tell(trail.refusals(error, of: names), to: trail, in: workflows.repository)
            throw error
        }
    }
}

extension AuditTrail {
    /// What a commit did to a workflow; nil for the half of a move that is told with the other.
    func event(
        of change: WorkflowVersion, as kind: AuditEventKind? = nil, branch: String?, reason: String? = nil
    ) -> AuditLog.Entry? {
        var details: ValueMapping = ["commit": .string(change.commit.description)]
        details["branch"] = branch.map { .string($0) }
        details["reason"] = reason.map { .string($0) }
        let found: AuditEventKind
        switch change.change {
        case .created: found = .workflowCreated
        case .changed: found = .workflowChanged
        case .renamed(let old):
            found = .workflowRenamed
            details["from"] = .string(old.description)
        case .deleted(movedTo: nil): found = .workflowDeleted
        case .deleted: return nil
        }
        return event(kind ?? found, workflow: change.name, on: change.commit, details)
    }

    /// That a save was refused, an event for each workflow that it concerns; nothing where it failed for another reason.
    ///
    /// The problems of what looks like a credential are counted and not quoted.
    func refusals(_ error: HistoryError, of names: [WorkflowName] = []) -> [AuditLog.Entry] {
        let refusing: Set<HistoryError.Code> = [
            .invalidDefinition, .clearTextSecret, .notAFile, .tooLarge, .hookRefused, .branchMoved, .conflict,
            .protectedReference, .renumbering,
        ]
        guard refusing.contains(error.code) else { return [] }
        let concerned = Dictionary(grouping: error.problems) { WorkflowName(path: $0.path) }
        let found = concerned.keys.compactMap { $0 }.sorted()
        let workflows = found.isEmpty ? names : found
        func details(_ problems: [DefinitionProblem]) -> ValueMapping {
            var details: ValueMapping = ["why": .string(error.code.rawValue)]
            guard !problems.isEmpty else { return details }
            details["problems"] = .integer(problems.count)
            if error.code != .clearTextSecret, let first = problems.first {
                details["first"] = .string(String(first.description.prefix(300)))
            }
            return details
        }
        guard !workflows.isEmpty else { return [event(.workflowRefused, details(error.problems))] }
        return workflows.map { name in
            event(.workflowRefused, workflow: name, details(concerned[name] ?? []))
        }
    }
}
