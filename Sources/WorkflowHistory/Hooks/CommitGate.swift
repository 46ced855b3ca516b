internal import GitStore
internal import WorkflowLanguage

/// What `pre-commit` and `pre-merge-commit` check: the definitions in the index that differ from HEAD.
public struct CommitGate {
    private let workflows: WorkflowRepository
    private let check: DefinitionCheck

    /// A gate.
    ///
    /// - Parameters:
    ///   - workflows: opened with the index that git names in `GIT_INDEX_FILE`, which may be a temporary one.
    ///   - allowsSecrets: whether what looks like a credential in clear text is let through.
    public init(_ workflows: WorkflowRepository, allowsSecrets: Bool = false) {
        self.workflows = workflows
        check = DefinitionCheck(allowsSecrets: allowsSecrets, operation: .commit, workflows: workflows)
    }

    /// Checks what is about to be committed.
    ///
    /// - Returns: what doesn't stop it, and may once others have it: new definitions whose paths differ from others' only in case.
    /// - Throws: ``HistoryError`` `invalidDefinition` or `clearTextSecret` with every problem; `notAFile` for a link.
    @discardableResult
    public func checkIndex() throws -> [DefinitionProblem] {
        let folder = WorkflowRepository.folder
        let tree = try workflows.base().tree
        var committed: [String: TreeEntry] = [:]
        if let tree {
            for part in [folder, WorkflowName.kindFolder] {
                for (path, entry) in try workflows.repository.files(in: tree, under: part) { committed[path] = entry }
            }
            let settings = WorkflowRepository.settingsPath
            committed[settings] = try workflows.repository.entry(at: settings, in: tree)
        }
        let staged = try workflows.repository.stagedEntries(under: folder)
        let settings = try workflows.repository.stagedEntries(under: WorkflowRepository.settingsPath)
        let kinds = try workflows.repository.stagedEntries(under: WorkflowName.kindFolder)
            .filter { WorkflowName(kindPath: $0.path) != nil }
        let changed = (staged + settings + kinds).filter { entry in
            committed[entry.path].map { $0.id != entry.id || $0.mode != entry.mode } ?? true
        }
        var check = check
        check.tree = tree
        let removed = try removed(committed, keeping: Set((staged + settings + kinds).map(\.path)))
        try check.check(changed.compactMap { try change($0, from: committed[$0.path]) } + removed)
        let listing = WorkflowListing(staged.map { ($0.path, $0.mode, $0.id) })
        let names = Set(changed.map(\.path))
        let problems = listing.problems.filter { names.contains($0.path) }
        guard problems.isEmpty else {
            throw HistoryError(
                .invalidDefinition, "commit", "files in \(folder)/ that can't be definitions", problems: problems)
        }
        let new = changed.map(\.path).filter { committed[$0] == nil && WorkflowName(path: $0) != nil }
        return DefinitionProblem.collisions(
            of: new, in: Repository.alikeButForCase(new, among: staged.map(\.path)))
    }

    /// The definitions that go, of which others may have come by a rename.
    private func removed(_ committed: [String: TreeEntry], keeping paths: Set<String>) throws -> [ContentChange] {
        try committed.filter { !paths.contains($0.key) && $0.value.mode.isRegularFile }.compactMap { path, entry in
            let isDefinition = WorkflowName(path: path) != nil || WorkflowName(kindPath: path) != nil
            guard isDefinition || path == WorkflowRepository.settingsPath,
                try workflows.repository.header(of: entry.id).size <= WorkflowRepository.largestDefinition
            else { return nil }
            return ContentChange(path: path, old: try content(path, entry.mode, entry.id), new: nil)
        }
    }

    private func change(_ entry: StagedEntry, from old: TreeEntry?) throws -> ContentChange? {
        guard entry.path.hasSuffix(".yaml") || entry.path.hasSuffix(".yml"), entry.mode != .commit else { return nil }
        guard entry.mode.isRegularFile else { throw WorkflowListing.notAFile(entry.path, entry.mode) }
        let before = try old.flatMap { $0.mode.isRegularFile ? try content(entry.path, $0.mode, $0.id) : nil }
        return ContentChange(path: entry.path, old: before, new: try content(entry.path, entry.mode, entry.id))
    }

    private func content(_ path: String, _ mode: FileMode, _ id: ObjectID) throws -> ContentChange.Content {
        let size = try workflows.repository.header(of: id).size
        guard size <= WorkflowRepository.largestDefinition else { throw WorkTree.tooLarge(path, size) }
        return ContentChange.Content(mode: mode, bytes: try workflows.repository.blob(BlobID(id)))
    }
}
