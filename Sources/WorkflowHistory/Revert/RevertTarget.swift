internal import DocumentTree
internal import GitStore
internal import StructuralDiff
internal import WorkflowLanguage

/// The version that a revert undoes, and what undoing it makes of the workflow.
struct RevertTarget {
    private let repository: WorkflowRepository
    private let base: Base
    /// The workflow's present name.
    private let name: WorkflowName
    private let versions: [WorkflowVersion]
    /// The version to undo.
    let version: WorkflowVersion
    /// The version in force now.
    let current: WorkflowVersion

    /// What undoing the version does.
    struct Outcome {
        /// The workflow's name afterwards.
        var name: WorkflowName
        var changes: [ContentChange] = []
        var conflicts: [RevertConflict] = []
        var problems: [DefinitionProblem] = []
    }

    init(_ revision: RevisionSpec, base: Base, in repository: WorkflowRepository) throws {
        self.repository = repository
        self.base = base
        name = revision.name
        guard let tip = base.tip else {
            throw HistoryError(.unknownWorkflow, name.description, "the branch has no commit yet")
        }
        versions = try repository.versions(of: name, from: tip)
        guard let last = versions.last else {
            throw try repository.unknown(name, in: base.tree, where: "in the history of HEAD", isChange: true)
        }
        current = last
        if case .deleted(movedTo: let newName?) = last.change {
            throw HistoryError(
                .unknownWorkflow, name.description, "it is called \(newName) now",
                hint: "wfrepo log \(newName), then: wfrepo revert \(newName)@VERSION --reason TEXT")
        }
        version = try Self.version(revision, among: versions, tip: tip, in: repository)
    }

    private static func version(
        _ revision: RevisionSpec, among versions: [WorkflowVersion], tip: CommitID, in repository: WorkflowRepository
    ) throws -> WorkflowVersion {
        switch revision.selector {
        case .tip, .version, .time: return try repository.version(revision, from: tip)
        case .worktree:
            throw HistoryError(
                .unknownRevision, revision.description, "what is in no commit is no version",
                hint: "drop the edits: git restore \(revision.name.path)")
        case .commit(let text):
            let commit = try repository.commit(named: text, of: revision)
            if let version = versions.first(where: { $0.commit == commit }) { return version }
            throw HistoryError(
                .unknownRevision, revision.description, "the commit did not change \(revision.name) on this branch",
                hint: "list the versions: wfrepo log \(revision.name)")
        }
    }

    /// What undoing the version does.
    func outcome() throws -> Outcome {
        let file = try repository.file(of: name, in: base.tree)
        switch version.change {
        case .created: return try undoCreation(now: file)
        case .deleted: return try undoDeletion(now: file)
        case .changed, .renamed:
            guard let file else {
                return conflict("(document)", "\(current.label) removed the workflow since", with: current)
            }
            return try undoChange(now: file)
        }
    }

    // MARK: Whole files

    private func undoCreation(now file: WorkflowFile?) throws -> Outcome {
        guard let file else { return Outcome(name: name) }
        guard file.blob == version.file?.blob else {
            return conflict(
                "(document)", "\(version.label) made the workflow, and \(current.label) changed it since", with: current
            )
        }
        return Outcome(name: name, changes: [ContentChange(path: file.path, old: try content(file), new: nil)])
    }

    private func undoDeletion(now file: WorkflowFile?) throws -> Outcome {
        guard file == nil, let previous = version.previous else { return Outcome(name: name) }
        let restored = try content(previous)
        return Outcome(
            name: name, changes: [ContentChange(path: previous.path, old: nil, new: restored)],
            problems: DefinitionCheck.faults(of: name, at: previous.path, restored.bytes))
    }

    private func content(_ file: WorkflowFile) throws -> ContentChange.Content {
        guard file.mode.isRegularFile else { throw WorkflowListing.notAFile(file.path, file.mode) }
        return ContentChange.Content(mode: file.mode, bytes: try repository.definition(file))
    }

    private func conflict(_ place: String, _ reason: String, with other: WorkflowVersion?) -> Outcome {
        Outcome(name: name, conflicts: [RevertConflict(place: place, reason: reason, version: other)])
    }

    // MARK: Edits and renames

    private func undoChange(now file: WorkflowFile) throws -> Outcome {
        guard let after = version.file, let before = version.previous else {
            return conflict(
                "(document)", "the history ends at \(version.label): what was before it is unknown", with: nil)
        }
        var outcome = try undoEdit(from: content(after), to: content(before), now: content(file), path: file.path)
        let place = try self.place(now: file, after: after, before: before)
        outcome.conflicts += place.conflict.map { [$0] } ?? []
        outcome.name = place.name
        guard place.path != file.path else { return outcome }
        let new = outcome.changes.first?.new
        outcome.changes = [
            ContentChange(path: file.path, old: try content(file), new: nil),
            ContentChange(path: place.path, old: nil, new: new),
        ]
        return outcome
    }

    /// Where the file stands once the version is undone.
    private func place(
        now file: WorkflowFile, after: WorkflowFile, before: WorkflowFile
    ) throws -> (name: WorkflowName, path: String, conflict: RevertConflict?) {
        guard after.path != before.path, file.path != before.path else { return (name, file.path, nil) }
        guard file.path == after.path else {
            // Another extension, or another name on top of the one that the version gave.
            let reason = "\(version.label) made it \(after.path) (\(before.path) before), and it is \(file.path) now"
            return (name, file.path, RevertConflict(place: "name", reason: reason, version: nil))
        }
        let isTaken = before.name != name ? try repository.file(of: before.name, in: base.tree) != nil : false
        let reason = "\(version.label) made it \(name), and another workflow is called \(before.name) now"
        return (
            before.name, before.path, isTaken ? RevertConflict(place: "name", reason: reason, version: nil) : nil
        )
    }

    private typealias Content = ContentChange.Content

    private func undoEdit(from after: Content, to before: Content, now: Content, path: String) throws -> Outcome {
        var new = now
        if now.mode == after.mode { new.mode = before.mode }
        var outcome = Outcome(name: name)
        if now.bytes == after.bytes {
            new.bytes = before.bytes
            outcome.problems = DefinitionCheck.faults(of: name, at: path, new.bytes)
        } else if before.bytes != after.bytes, before.bytes != now.bytes {
            do throws(DocumentError) {
                let merge = try merged(base: after.bytes, ours: now.bytes, theirs: before.bytes, path: path)
                new.bytes = merge.bytes
                let explanation = FieldHistory(
                    repository, undone: version, since: Array(versions.drop { $0 != version }.dropFirst()),
                    states: (before: before.bytes, after: after.bytes, now: now.bytes))
                outcome.conflicts = merge.conflicts.map(explanation.conflict)
            } catch {
                let reason = "it can't be taken apart: \(error.name):\(error.position): \(error.message)"
                outcome.conflicts = [RevertConflict(place: "(document)", reason: reason, version: nil)]
            }
            if outcome.conflicts.isEmpty { outcome.conflicts = brokenParts(new.bytes, now: now.bytes, path: path) }
        }
        outcome.changes = [ContentChange(path: path, old: now, new: new)]
        return outcome
    }

    private func merged(
        base: [UInt8], ours: [UInt8], theirs: [UInt8], path: String
    ) throws(DocumentError) -> ThreeWayMerge {
        try ThreeWayMerge(
            base: .parse(base, name: path, limits: Workflow.limits),
            ours: .parse(ours, name: path, limits: Workflow.limits),
            theirs: .parse(theirs, name: path, limits: Workflow.limits), limits: Workflow.limits)
    }

    /// What later versions need of the one that is undone: faults of the result that the present definition has not.
    private func brokenParts(_ bytes: [UInt8], now: [UInt8], path: String) -> [RevertConflict] {
        let faults = DefinitionCheck.faults(of: name, at: path, bytes)
        guard !faults.isEmpty, DefinitionCheck.faults(of: name, at: path, now).isEmpty else { return [] }
        return faults.map { fault in
            RevertConflict(
                place: fault.position.map { "\(path):\($0)" } ?? path,
                reason: "without \(version.label) the definition has a fault: \(fault.message)", version: nil)
        }
    }
}
