internal import GitStore
internal import WorkflowLanguage

/// Finds the versions of all workflows in one walk: backwards to see what each commit changed, then forwards to count.
struct FolderHistory {
    private let repository: WorkflowRepository

    private struct Step {
        var commit: CommitID
        var changes: [FolderChange]
        var moves: [WorkflowName: WorkflowFile]
        /// Whether it is the edge of a shallow clone, where nobody knows what it changed.
        var isEdge = false
    }

    init(_ repository: WorkflowRepository) { self.repository = repository }

    /// Every version of every workflow, oldest first; those of one commit by name.
    func versions(from tip: CommitID) throws -> [WorkflowVersion] {
        let (steps, isCutOff) = try steps(from: tip)
        var counts: [WorkflowName: Int] = [:]
        return steps.reversed().flatMap { step in
            let before = counts
            let targets = Dictionary(
                step.moves.map { ($0.value.name, $0.key) }, uniquingKeysWith: { first, _ in first })
            return step.changes.map { change in
                let source = step.moves[change.name]
                let number = (before[source?.name ?? change.name] ?? 0) + 1
                counts[change.name] = number
                let kind = Self.change(change, source: source, target: targets[change.name])
                return WorkflowVersion(
                    number: isCutOff ? nil : number, commit: step.commit, name: change.name,
                    change: step.isEdge ? .changed : kind, file: change.new, previous: change.old ?? source)
            }
        }
    }

    /// The last version of every workflow.
    func latest(from tip: CommitID) throws -> [WorkflowName: WorkflowVersion] {
        Dictionary(try versions(from: tip).map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    }

    private static func change(_ change: FolderChange, source: WorkflowFile?, target: WorkflowName?) -> VersionChange {
        if change.new == nil { return .deleted(movedTo: target) }
        if let source { return .renamed(from: source.name) }
        guard let old = change.old else { return .created }
        return old.path == change.new?.path ? .changed : .renamed(from: change.name)
    }

    /// The first-parent commits that changed the folder, newest first.
    private func steps(from tip: CommitID) throws -> (steps: [Step], isCutOff: Bool) {
        let git = repository.repository
        var steps: [Step] = []
        var current: CommitID? = tip
        while let commit = current {
            let links = try git.links(of: commit)
            let parent = try git.firstParent(of: commit)
            if parent == nil, !links.parents.isEmpty {
                let files = try repository.folderChanges(from: nil, to: links.tree)
                return (steps + [Step(commit: commit, changes: files, moves: [:], isEdge: true)], true)
            }
            let before = try parent.map { try git.links(of: $0).tree }
            if before != links.tree {
                let changes = try repository.folderChanges(from: before, to: links.tree)
                if !changes.isEmpty {
                    let moves = try before.map { try repository.moves(in: commit, from: $0, to: links.tree) } ?? [:]
                    steps.append(Step(commit: commit, changes: changes, moves: moves))
                }
            }
            current = parent
        }
        return (steps, false)
    }
}
