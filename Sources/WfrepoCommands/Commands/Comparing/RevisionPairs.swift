import GitStore
import Glibc
import WorkflowHistory
import WorkflowLanguage

/// Finds the two states of each workflow that `diff` compares.
struct RevisionPairs {
    let workflows: WorkflowRepository
    let context: CommandContext
    /// Why files that differ could not be read: a link, a FIFO, a doubled name. The others are compared all the same.
    private(set) var failures: [any Error] = []

    init(workflows: WorkflowRepository, context: CommandContext) {
        self.workflows = workflows
        self.context = context
    }

    /// The pairs for none, one or two revisions as typed, or for a range.
    mutating func pairs(_ revisions: [String]) throws -> [ComparedPair] {
        let revisions = try revisions.count == 1 ? ends(of: revisions[0]) : revisions
        if revisions.count < 2 { try requireWorkTree() }
        switch revisions.count {
        case 0: return try changedInWorkTree().joiningMoves()
        case 1:
            if let old = try workflowRevision(revisions[0]) { return [try beside(old)] }
            return try everyWorkflow(from: try tree(revisions[0]), named: revisions[0]).joiningMoves()
        default:
            switch (try workflowRevision(revisions[0]), try workflowRevision(revisions[1])) {
            case (let old?, let new?):
                return [ComparedPair(old: try side(old), new: try side(new), isAskedFor: true)]
            case (let known?, nil): throw Self.mixed(known, revisions[1])
            case (nil, let known?): throw Self.mixed(known, revisions[0])
            case (nil, nil): break
            }
            return try everyWorkflow(
                from: try tree(revisions[0]), named: revisions[0], to: try tree(revisions[1]), named: revisions[1]
            ).joiningMoves()
        }
    }

    private func requireWorkTree() throws {
        guard workflows.repository.workTree == nil else { return }
        throw CommandFailure(
            "a bare repository has no work tree to compare with",
            hint: "name two revisions: wfrepo diff NAME@v1 NAME@v2; or work in a clone: "
                + "git clone \(workflows.repository.gitDirectory)")
    }

    /// What is staged, beside the state of one workflow, or beside a commit, the last one where none is named.
    mutating func staged(beside revision: String?) throws -> [ComparedPair] {
        try requireWorkTree()
        var staged: [String: StagedEntry] = [:]
        for entry in try workflows.repository.stagedEntries(under: WorkflowRepository.folder)
        where WorkflowName(path: entry.path) != nil && entry.mode.isRegularFile {
            staged[entry.path] = entry
        }
        func side(_ entry: StagedEntry?, _ path: String) throws -> ComparedPair.Side {
            .init(
                label: "b/\(path)", bytes: try entry.map { try workflows.repository.blob(BlobID($0.id)) },
                mode: entry?.mode, path: path)
        }
        if let revision, let spec = try workflowRevision(revision) {
            let resolved = try workflows.resolve(spec)
            let new = try side(staged[resolved.path], resolved.path)
            return [ComparedPair(old: try self.side(spec), new: new, isAskedFor: true)]
        }
        let files = try workflows.workflows(in: revision.map(tree) ?? tipTree()).files
        let committed = Dictionary(files.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        var pairs: [ComparedPair] = []
        for path in Set(committed.keys).union(staged.keys).sorted() {
            let (before, after) = (committed[path], staged[path])
            guard after?.stage ?? 0 == 0 else {
                failures.append(
                    CommandFailure("\(path): a merge left it in conflict", hint: "mend it, then: git add \(path)"))
                continue
            }
            guard before?.blob.object != after?.id || before?.mode != after?.mode else { continue }
            let old = ComparedPair.Side(
                label: "a/\(path)", bytes: try before.map { try workflows.definition($0) }, mode: before?.mode,
                path: path)
            pairs.append(ComparedPair(old: old, new: try side(after, path)))
        }
        return pairs.joiningMoves()
    }

    /// The work tree beside the last commit.
    private mutating func changedInWorkTree() throws -> [ComparedPair] {
        let found = try workflows.readableChanges()
        failures += found.problems
        return found.changes.map { change in
            ComparedPair(
                old: .init(
                    label: "a/\(change.path)", bytes: change.old?.bytes, mode: change.old?.mode, path: change.path),
                new: .init(
                    label: "b/\(change.path)", bytes: change.new?.bytes, mode: change.new?.mode, path: change.path))
        }
    }

    /// The revision of a workflow that `text` names; nil where it names a commit for every workflow.
    private func workflowRevision(_ text: String) throws -> RevisionSpec? {
        if text.contains("@"), !text.hasPrefix("@") { return try context.revision(text) }
        guard let spec = try? context.revision(text) else { return nil }
        let isKnown = try isWorkflow(spec.name)
        return isKnown || (try? workflows.repository.commit(named: text)) == nil ? spec : nil
    }

    /// The two revisions of a range; the text itself where it is none, but a workflow's name with dots, say.
    private func ends(of text: String) throws -> [String] {
        guard let range = RevisionRange(text),
            try text.contains("@") || workflowRevision(text).map({ try !isWorkflow($0.name) }) ?? true
        else { return [text] }
        guard range.isFromBase else { return [range.old, range.new] }
        guard try workflowRevision(range.new) == nil else {
            throw CommandFailure(
                "\(text): of one workflow, two versions are compared",
                hint: "write two dots, or the two versions: wfrepo diff \(range.old) \(range.new)")
        }
        guard let base = try workflows.repository.mergeBase(commit(range.old), commit(range.new)) else {
            throw CommandFailure(
                "\(range.old) and \(range.new) have no commit in common",
                hint: "compare the two: wfrepo diff \(range.old) \(range.new)")
        }
        return [base.description, range.new]
    }

    private static func mixed(_ known: RevisionSpec, _ other: String) -> CommandFailure {
        CommandFailure(
            "\(known) is one workflow, and \(other) a commit of all",
            hint: "name the workflow on both sides: \(known.name)@\(other)", status: .usage)
    }

    private func isWorkflow(_ name: WorkflowName) throws -> Bool {
        if try workflows.worktreeDefinition(of: name) != nil { return true }
        return try workflows.file(of: name, in: try tipTree()) != nil
    }

    private func tipTree() throws -> TreeID? {
        try workflows.repository.head.tip.map { try workflows.repository.commit($0).tree }
    }

    /// A revision beside the file as it is in the work tree.
    private func beside(_ old: RevisionSpec) throws -> ComparedPair {
        return ComparedPair(
            old: try side(old),
            new: .init(label: "\(old.name)@worktree", bytes: try workflows.worktreeDefinition(of: old.name)),
            isAskedFor: true)
    }

    private func side(_ spec: RevisionSpec) throws -> ComparedPair.Side {
        let resolved = try workflows.resolve(spec)
        return .init(label: resolved.label, bytes: resolved.bytes)
    }

    private func tree(_ text: String) throws -> TreeID { try workflows.repository.commit(commit(text)).tree }

    private func commit(_ text: String) throws -> CommitID {
        do throws(GitError) {
            return try workflows.repository.commit(named: text)
        } catch {
            guard [.notFound, .invalidName].contains(error.code) else { throw error }
            let isFile = access(context.absolute(text), F_OK) == 0
            throw CommandFailure(
                "\(text): neither a workflow nor a commit",
                hint: isFile
                    ? "to compare two files: wfrepo diff --no-index A B"
                    : "name a version: NAME@v1, or a commit: HEAD~1; wfrepo list has the workflows")
        }
    }

    /// Every workflow that differs between a commit and the work tree.
    private mutating func everyWorkflow(from old: TreeID, named label: String) throws -> [ComparedPair] {
        let changed = try workflows.readableChanges()
        failures += changed.problems
        var paths = Set(try workflows.workflows(in: old).files.map(\.path))
        paths.formUnion(try workflows.workflows(in: try tipTree()).files.map(\.path))
        paths.formUnion(changed.changes.map(\.path))
        paths.subtract(changed.problems.map(\.subject))
        return try paths.sorted().map { path in
            ComparedPair(
                old: .init(label: "\(label):\(path)", bytes: try bytes(at: path, in: old), path: path),
                new: .init(label: path, bytes: try workflows.worktreeContent(at: path), path: path))
        }
    }

    /// Every workflow that differs between two commits.
    private func everyWorkflow(
        from old: TreeID, named oldLabel: String, to new: TreeID, named newLabel: String
    ) throws -> [ComparedPair] {
        try workflows.repository.changedPaths(from: old, to: new, under: WorkflowRepository.folder).compactMap {
            change in
            guard WorkflowName(path: change.path) != nil else { return nil }
            return ComparedPair(
                old: .init(
                    label: "\(oldLabel):\(change.path)", bytes: try change.old.map(content), mode: change.old?.mode,
                    path: change.path),
                new: .init(
                    label: "\(newLabel):\(change.path)", bytes: try change.new.map(content), mode: change.new?.mode,
                    path: change.path))
        }
    }

    private func bytes(at path: String, in tree: TreeID) throws -> [UInt8]? {
        try workflows.repository.entry(at: path, in: tree).map(content)
    }

    private func content(_ entry: TreeEntry) throws -> [UInt8] {
        try workflows.repository.blob(BlobID(entry.id))
    }
}
