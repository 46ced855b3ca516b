internal import GitStore
internal import WorkflowLanguage

/// What `pre-receive` checks of a push: definitions on branches, the numbers of versions, and the records.
///
/// It only reads. The repository must be opened so that pushed objects, which git keeps in quarantine, are seen.
public struct ReceiveGate {
    private let workflows: WorkflowRepository
    private let check: DefinitionCheck
    private let mayRemove: (RefUpdate) throws -> Bool
    private var git: Repository { workflows.repository }

    /// The references that only grow.
    public static let protectedPrefix = "refs/notes/wfrepo/"

    /// A gate.
    ///
    /// - Parameters:
    ///   - allowsSecrets: whether what looks like a credential in clear text is let through.
    ///   - mayRemove: whether records may be removed: an audit says so.
    public init(
        _ workflows: WorkflowRepository, allowsSecrets: Bool = false,
        mayRemove: @escaping (RefUpdate) throws -> Bool = { _ in false }
    ) {
        self.workflows = workflows
        check = DefinitionCheck(allowsSecrets: allowsSecrets, operation: .push, workflows: workflows)
        self.mayRemove = mayRemove
    }

    /// Why a push may not be received, an error for each reason; empty where it may.
    public func refusals(_ updates: [RefUpdate]) throws -> [HistoryError] {
        var refusals: [HistoryError] = []
        for update in updates {
            do {
                if update.reference.hasPrefix(Self.protectedPrefix) {
                    try guardRecords(update)
                } else if let branch = update.branch, let new = update.new {
                    try checkBranch(branch, update, new: CommitID(new))
                }
            } catch let refusal as HistoryError {
                refusals.append(refusal)
            }
        }
        return refusals
    }

    /// What doesn't stop a push: new definitions whose paths differ from others' only in case.
    public func warnings(_ updates: [RefUpdate]) throws -> [DefinitionProblem] {
        var found: Set<DefinitionProblem> = []
        for update in updates where update.branch != nil {
            guard let new = update.new.map({ CommitID($0) }) else { continue }
            let tree = try git.links(of: new).tree
            let added = try changes(since: start(of: update, tip: new), to: tree)
                .filter { $0.old == nil && WorkflowName(path: $0.path) != nil }.map(\.path)
            let groups = try git.filesAlikeButForCase(added, in: tree)
            found.formUnion(DefinitionProblem.collisions(of: added, in: groups))
        }
        return found.sorted { $0.path < $1.path }
    }

    private func guardRecords(_ update: RefUpdate) throws {
        guard let old = update.old else { return }
        guard let new = update.new else {
            if try mayRemove(update) { return }
            throw HistoryError(
                .protectedReference, update.reference,
                "records are removed only by the clone that wrote them, with a tombstone in its audit",
                hint: "drop old records there: wfrepo retention --apply, then wfrepo sync")
        }
        guard try !git.isAncestor(CommitID(old), of: CommitID(new)) else { return }
        throw HistoryError(
            .protectedReference, update.reference, "records only grow, and this push would drop some",
            hint: "fetch them and push again: wfrepo sync")
    }

    private func checkBranch(_ branch: String, _ update: RefUpdate, new: CommitID) throws {
        let start = try start(of: update, tip: new)
        let tree = try git.links(of: new).tree
        let changes = try changes(since: start, to: tree)
        let changed = Set(changes.map(\.path))
        let problems = try workflows.workflows(in: tree).problems.filter { changed.contains($0.path) }
        guard problems.isEmpty else {
            throw HistoryError(.invalidDefinition, branch, "files that can't be definitions", problems: problems)
        }
        let kinds = try self.changes(since: start, to: tree, under: WorkflowName.kindFolder)
        try checkDefinitions(changes + kinds, in: tree, since: start, tip: new)
        try PushedCommits(workflows, check: check, allowedLines: { try allowedLines(since: start, tip: new) })
            .check(branch, since: start, tip: new)
        if let start, update.old == start.object { try refuseRenumbering(branch, old: start, new: new) }
    }

    /// Where the branch was, or where a new one left the main one; nil where that is not here.
    private func start(of update: RefUpdate, tip: CommitID) throws -> CommitID? {
        try workflows.start(of: update, tip: tip).flatMap { git.exists($0.object) ? $0 : nil }
    }

    private func changes(
        since start: CommitID?, to tree: TreeID, under folder: String = WorkflowRepository.folder
    ) throws -> [PathChange] {
        try git.changedPaths(from: start.map { try git.links(of: $0).tree }, to: tree, under: folder)
    }

    private func checkDefinitions(
        _ changes: [PathChange], in tree: TreeID, since start: CommitID?, tip: CommitID
    ) throws {
        var check = check
        check.tree = tree
        let definitions = try changes.compactMap { try workflows.changedDefinition($0) }
        do {
            try check.check(definitions)
        } catch let error as HistoryError {
            guard error.code == .clearTextSecret else { throw error }
            var check = check
            check.allowedLines = try allowedLines(since: start, tip: tip)
            try check.check(definitions)
        }
    }

    /// The lines with seeming credentials that a pushed commit says to be none.
    private func allowedLines(since start: CommitID?, tip: CommitID) throws -> Set<String> {
        var lines: Set<String> = []
        let walk = try git.commits(from: tip, hiding: start.map { [$0] } ?? [])
        while let id = try walk.next() {
            lines.formUnion(try workflows.allowedLines(by: git.commit(id)))
        }
        return lines
    }

    /// Refuses a foxtrot merge: one whose first parent is not the branch's old tip, so that commits which were versions are
    /// off the first-parent history from now on and others get their numbers.
    private func refuseRenumbering(_ branch: String, old: CommitID, new: CommitID) throws {
        guard old != new, try git.isAncestor(old, of: new) else { return }
        var chain: Set<CommitID> = []
        var current: CommitID? = new
        while let commit = current {
            if commit == old { return }
            chain.insert(commit)
            current = try git.firstParent(of: commit)
        }
        // From the old tip back to where both first-parent histories are one: did a version stand there?
        current = old
        while let commit = current, !chain.contains(commit) {
            let parent = try git.firstParent(of: commit)
            let before = try parent.map { try git.links(of: $0).tree }
            if try !workflows.folderChanges(from: before, to: git.links(of: commit).tree).isEmpty {
                throw HistoryError(
                    .renumbering, branch,
                    "this merge would give existing versions other numbers (\(commit.object.short()) leaves the first-parent history)",
                    hint: "put your commits on top instead: git pull --rebase, then push again")
            }
            current = parent
        }
    }
}
