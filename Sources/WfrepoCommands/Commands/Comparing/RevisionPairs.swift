import GitStore
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

    /// The pairs for none, one or two revisions as typed.
    mutating func pairs(_ revisions: [String]) throws -> [ComparedPair] {
        guard workflows.repository.workTree != nil || revisions.count == 2 else {
            throw CommandFailure(
                "a bare repository has no work tree to compare with",
                hint: "Name two revisions: wfrepo diff NAME@v1 NAME@v2; or work in a clone: "
                    + "git clone \(workflows.repository.gitDirectory)")
        }
        switch revisions.count {
        case 0: return try changedInWorkTree()
        case 1:
            if let old = try workflowRevision(revisions[0]) { return [try beside(old)] }
            return try everyWorkflow(from: try tree(revisions[0]), named: revisions[0])
        default:
            if let old = try workflowRevision(revisions[0]), let new = try workflowRevision(revisions[1]) {
                return [ComparedPair(old: try side(old), new: try side(new), isAskedFor: true)]
            }
            return try everyWorkflow(
                from: try tree(revisions[0]), named: revisions[0], to: try tree(revisions[1]), named: revisions[1])
        }
    }

    /// The work tree beside the last commit.
    private mutating func changedInWorkTree() throws -> [ComparedPair] {
        let found = try workflows.readableChanges()
        failures += found.problems
        return found.changes.map { change in
            ComparedPair(
                old: .init(label: "a/\(change.path)", bytes: change.old?.bytes, mode: change.old?.mode),
                new: .init(label: "b/\(change.path)", bytes: change.new?.bytes, mode: change.new?.mode))
        }
    }

    /// The revision of a workflow that `text` names; nil where it names a commit for every workflow.
    private func workflowRevision(_ text: String) throws -> RevisionSpec? {
        if text.contains("@"), !text.hasPrefix("@") { return try context.revision(text) }
        guard let name = WorkflowName(path: text) ?? WorkflowName(text) else { return nil }
        let isKnown = try isWorkflow(name)
        if !isKnown, (try? workflows.repository.commit(named: text)) != nil { return nil }
        return RevisionSpec(name: name, selector: .tip)
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

    private func tree(_ text: String) throws -> TreeID {
        try workflows.repository.commit(try workflows.repository.commit(named: text)).tree
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
                old: .init(label: "\(label):\(path)", bytes: try bytes(at: path, in: old)),
                new: .init(label: path, bytes: try workflows.worktreeContent(at: path)))
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
                    label: "\(oldLabel):\(change.path)", bytes: try change.old.map(content), mode: change.old?.mode),
                new: .init(
                    label: "\(newLabel):\(change.path)", bytes: try change.new.map(content), mode: change.new?.mode))
        }
    }

    private func bytes(at path: String, in tree: TreeID) throws -> [UInt8]? {
        try workflows.repository.entry(at: path, in: tree).map(content)
    }

    private func content(_ entry: TreeEntry) throws -> [UInt8] {
        try workflows.repository.blob(BlobID(entry.id))
    }
}
