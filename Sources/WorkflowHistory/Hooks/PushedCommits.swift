internal import GitStore
internal import WorkflowLanguage

/// Checks each commit that a push brings, not only the last: a run or a rollback may name any of them.
///
/// What other branches of the repository lead to was checked when it came.
struct PushedCommits {
    private let workflows: WorkflowRepository
    private let definitions: DefinitionCheck
    private let allowedLines: () throws -> Set<String>

    /// - Parameter allowedLines: what looks like a credential and a pushed commit says to be none.
    init(_ workflows: WorkflowRepository, check: DefinitionCheck, allowedLines: @escaping () throws -> Set<String>) {
        self.workflows = workflows
        definitions = check
        self.allowedLines = allowedLines
    }

    /// - Parameter start: where the branch was; nil where it is new.
    func check(_ branch: String, since start: CommitID?, tip: CommitID) throws {
        let git = workflows.repository
        var known = try git.references(matching: "refs/heads/").compactMap { reference -> CommitID? in
            guard case .object(let id) = reference.target else { return nil }
            return CommitID(id)
        }
        if let start { known.append(start) }
        var passed: Set<ObjectID> = []
        let walk = try git.commits(from: tip, hiding: known.filter { git.exists($0.object) })
        while let commit = try walk.next() {
            // The tip's own changes are checked as a whole.
            guard commit != tip else { continue }
            let links = try git.links(of: commit)
            let before = try links.parents.first.flatMap { git.exists($0.object) ? try git.links(of: $0).tree : nil }
            let changes = try git.changedPaths(from: before, to: links.tree, under: WorkflowRepository.folder)
                .filter { change in change.new.map { !passed.contains($0.id) } ?? true }
            guard !changes.isEmpty else { continue }
            do {
                try check(changes, in: links.tree)
            } catch let error as HistoryError {
                throw HistoryError(
                    error.code, "\(branch), commit \(commit.short())", error.reason,
                    hint:
                        "mend that commit itself: git rebase -i \(commit.short())~; \(error.hint ?? "then push again")",
                    problems: error.problems)
            }
            passed.formUnion(changes.compactMap { $0.new?.id })
        }
    }

    private func check(_ changes: [PathChange], in tree: TreeID) throws {
        let changed = Set(changes.map(\.path))
        let problems = try workflows.workflows(in: tree).problems.filter { changed.contains($0.path) }
        guard problems.isEmpty else {
            throw HistoryError(
                .invalidDefinition, WorkflowRepository.folder, "files that can't be definitions", problems: problems)
        }
        let contents = try changes.compactMap { try workflows.changedDefinition($0) }
        var definitions = definitions
        definitions.tree = tree
        do {
            try definitions.check(contents)
        } catch let error as HistoryError {
            guard error.code == .clearTextSecret else { throw error }
            definitions.allowedLines = try allowedLines()
            try definitions.check(contents)
        }
    }
}

extension WorkflowRepository {
    /// What a change of a tree does to a definition; nil where it is none.
    func changedDefinition(_ change: PathChange) throws -> ContentChange? {
        guard let name = WorkflowName(path: change.path) ?? WorkflowName(kindPath: change.path) else { return nil }
        let isPlain = change.old?.mode.isRegularFile ?? false
        return ContentChange(
            path: change.path, old: isPlain ? try content(change.old, name, change.path) : nil,
            new: try content(change.new, name, change.path))
    }

    private func content(_ entry: TreeEntry?, _ name: WorkflowName, _ path: String) throws -> ContentChange.Content? {
        guard let entry else { return nil }
        let file = WorkflowFile(name: name, path: path, mode: entry.mode, blob: BlobID(entry.id))
        return ContentChange.Content(mode: entry.mode, bytes: try definition(file))
    }
}
