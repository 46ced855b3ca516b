internal import GitStore
internal import WorkflowLanguage

/// Finds the versions of all workflows in one walk: backwards to see what each commit changed, then forwards to count.
struct FolderHistory {
    private let repository: WorkflowRepository

    init(_ repository: WorkflowRepository) { self.repository = repository }

    /// Every version of every workflow, oldest first; those of one commit by name.
    func versions(from tip: CommitID) throws -> [WorkflowVersion] {
        let (steps, isCutOff) = try steps(from: tip)
        if isCutOff { return Array(steps.reversed().joined()) }
        var counts: [WorkflowName: Int] = [:]
        return steps.reversed().flatMap { changes in
            // Numbers as they were before the commit: two workflows may swap names in one.
            let before = counts
            return changes.map { change in
                let name: WorkflowName
                if case .renamed(let old) = change.change { name = old } else { name = change.name }
                let number = (before[name] ?? 0) + 1
                counts[change.name] = number
                return change.with(number: number)
            }
        }
    }

    /// What each of the first-parent commits changed that changed the folder, newest first; and whether the walk came to the edge of a
    /// shallow clone, where nobody knows what the commit changed.
    private func steps(from tip: CommitID) throws -> (steps: [[WorkflowVersion]], isCutOff: Bool) {
        let git = repository.repository
        var steps: [[WorkflowVersion]] = []
        var current: CommitID? = tip
        while let commit = current {
            let links = try git.links(of: commit)
            let parent = try git.firstParent(of: commit)
            if parent == nil, !links.parents.isEmpty {
                let standing = try repository.changes(in: commit, from: nil, to: links.tree).map {
                    WorkflowVersion(
                        number: nil, commit: commit, name: $0.name, change: .changed, file: $0.file, previous: nil)
                }
                return (steps + [standing], true)
            }
            let before = try parent.map { try git.links(of: $0).tree }
            if before != links.tree {
                let changes = try repository.changes(in: commit, from: before, to: links.tree)
                if !changes.isEmpty { steps.append(changes) }
            }
            current = parent
        }
        return (steps, false)
    }
}
