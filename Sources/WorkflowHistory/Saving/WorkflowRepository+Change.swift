internal import GitStore
public import WorkflowLanguage

extension WorkflowRepository {
    /// Makes a workflow and saves it.
    ///
    /// - Throws: `exists` where the name is taken, and what ``commit(_:context:)`` throws.
    @discardableResult
    public func create(
        _ name: WorkflowName, bytes: [UInt8], message: String? = nil, allowsSecrets: Bool = false, context: SaveContext
    ) throws -> SavedCommit {
        let base = try baseForSaving(expecting: .detect)
        try requireFree(name, base: base)
        let change = ContentChange(path: name.path, old: nil, new: ContentChange.Content(mode: .blob, bytes: bytes))
        return try save(
            [change], base: base,
            message: CommitMessage.text(
                message, or: CommitMessage(subject: change.summary),
                adding: allowsSecrets ? SecretExemption.trailers(for: [change]) : []),
            check: DefinitionCheck(allowsSecrets: allowsSecrets, workflows: self, tree: base.tree).check,
            context: context)
    }

    /// Gives a workflow another name; its history and its numbers go with it.
    ///
    /// - Throws: `unknownWorkflow`, `exists`, `uncommittedEdits`, and what ``commit(_:context:)`` throws.
    @discardableResult
    public func move(
        _ old: WorkflowName, to new: WorkflowName, message: String? = nil, context: SaveContext
    ) throws -> SavedCommit {
        let base = try baseForSaving(expecting: .detect)
        let (file, content) = try cleanContent(of: old, base: base)
        try requireFree(new, base: base)
        let text = CommitMessage.text(
            message, or: CommitMessage(subject: "Rename \(old) to \(new)"),
            adding: [Trailer(MoveDetection.trailer, old.description)])
        return try save(
            [
                ContentChange(path: file.path, old: content, new: nil),
                ContentChange(path: new.path, old: nil, new: content),
            ],
            base: base, message: text, context: context)
    }

    /// Removes workflows, in one commit. Their history stays, and ``planRollback(_:to:reason:)`` brings them back.
    ///
    /// - Throws: `unknownWorkflow`, `uncommittedEdits`, and what ``commit(_:context:)`` throws.
    @discardableResult
    public func remove(_ names: [WorkflowName], message: String? = nil, context: SaveContext) throws -> SavedCommit {
        let base = try baseForSaving(expecting: .detect)
        let changes = try names.map { name in
            let (file, content) = try cleanContent(of: name, base: base, mayBeGone: true)
            return ContentChange(path: file.path, old: content, new: nil)
        }
        return try save(
            changes, base: base,
            message: message ?? CommitMessage(subject: ContentChange.summary(of: changes)).description,
            context: context)
    }

    /// Switches workflows on or off (`enabled:`), in one commit; every other byte of the definitions stays.
    ///
    /// - Parameter reason: goes into the commit as `Reason:`.
    /// - Throws: `nothingToDo` where all are so already, and what ``commit(_:context:)`` throws.
    @discardableResult
    public func setEnabled(
        _ isEnabled: Bool, _ names: [WorkflowName], reason: String? = nil, context: SaveContext
    ) throws -> SavedCommit {
        let base = try baseForSaving(expecting: .detect)
        let changes = try names.compactMap { name -> ContentChange? in
            let (file, content) = try cleanContent(of: name, base: base)
            guard let edited = DefinitionEdit.settingEnabled(isEnabled, in: content.bytes),
                DefinitionCheck.workflow(name, at: file.path, edited).map({ $0.isEnabled == isEnabled }) ?? true
            else {
                throw HistoryError(
                    .invalidDefinition, name.description, "enabled: can't be set in a definition written like this",
                    hint: "set it by hand, then: wfrepo commit \(name)")
            }
            guard edited != content.bytes else { return nil }
            var new = content
            new.bytes = edited
            return ContentChange(path: file.path, old: content, new: new)
        }
        guard !changes.isEmpty else {
            throw HistoryError(
                .nothingToDo, ContentChange.list(names.map(\.description)),
                isEnabled ? "enabled already" : "disabled already")
        }
        let message = CommitMessage(
            subject: "\(isEnabled ? "Enable" : "Disable") \(ContentChange.list(changes.map(\.label)))",
            trailers: reason.map { [Trailer("Reason", $0)] } ?? [])
        return try save(
            changes, base: base, message: message.description,
            check: DefinitionCheck(allowsSecrets: true, workflows: self, tree: base.tree).check, context: context)
    }

    // MARK: Shared

    /// Saves changes that are made here and not in the work tree, and brings the work tree in line.
    func save(
        _ changes: [ContentChange], base: Base, message: String, hooks: Draft.HookSet = .commit,
        reflogVerb: String = "commit", check: @escaping ([ContentChange]) throws -> Void = { _ in },
        context: SaveContext
    ) throws -> SavedCommit {
        var pipeline = try SavePipeline(self, context: context)
        return try pipeline.save(
            Draft(
                base: base, changes: changes, message: message, hooks: hooks, reflogVerb: reflogVerb, check: check,
                workTreeUpdate: try workTreeUpdate(changes)))
    }

    private func workTreeUpdate(_ changes: [ContentChange]) throws -> WorkTreeUpdate? {
        guard repository.workTree != nil else { return nil }
        let contents = try changes.map { change in
            let file = try change.new.map {
                WorkTree.File(
                    bytes: try repository.workTreeForm(of: $0.bytes, at: change.path),
                    isExecutable: $0.mode == .executable)
            }
            return (change.path, file)
        }
        return WorkTreeUpdate(workTree: try WorkTree(of: repository), contents: contents)
    }

    /// A workflow at the tip whose file has no edits that a change would lose.
    ///
    /// - Parameter mayBeGone: whether the file may have been deleted already.
    private func cleanContent(
        of name: WorkflowName, base: Base, mayBeGone: Bool = false
    ) throws -> (WorkflowFile, ContentChange.Content) {
        guard let file = try file(of: name, in: base.tree) else {
            throw try unknown(name, in: base.tree, where: "at HEAD", isChange: true)
        }
        try refuseUncommitted([file.path], unlessGone: mayBeGone)
        return (file, ContentChange.Content(mode: file.mode, bytes: try definition(file)))
    }

    /// Refuses to touch files whose edits are in no commit.
    ///
    /// - Parameter unlessGone: whether files that were deleted, and nothing else, are let through.
    func refuseUncommitted(_ paths: [String], unlessGone: Bool = false) throws {
        guard repository.workTree != nil else { return }
        let edited = try repository.status(of: paths, ignoredIn: Set(paths))
            .first { !(unlessGone && $0.isOnlyDeleted) }
        guard let edited else { return try refuseHiddenEdits(paths, unlessGone: unlessGone) }
        let (reason, save, drop) =
            if edited.isOnlyDeleted {
                ("its file was deleted, which is in no commit", "that", "it: git restore --staged --worktree")
            } else if edited.staged == nil, edited.unstaged == .untracked || edited.unstaged == .ignored {
                ("a file is there that is in no commit and would be lost", "it", "it: rm")
            } else {
                (
                    "it has edits that are in no commit and would be lost", "them",
                    "them: git restore --staged --worktree"
                )
            }
        let name = Self.label(edited.path)
        throw HistoryError(
            .uncommittedEdits, name, reason,
            hint: "save \(save): wfrepo commit \(name), or drop \(drop) \(edited.path)")
    }

    /// Refuses to touch edits of files that git was told to take for unchanged (git-update-index(1)).
    private func refuseHiddenEdits(_ paths: [String], unlessGone: Bool) throws {
        let edited = try repository.status(of: paths, passesOver: false).first { !(unlessGone && $0.isOnlyDeleted) }
        guard let path = edited?.path else { return }
        let isSkipped = try repository.stagedEntries(under: path).first?.isSkipped ?? false
        let name = Self.label(path)
        throw HistoryError(
            .uncommittedEdits, name,
            "it has edits that are in no commit and would be lost, and git was told to pass them over",
            hint: "save them: wfrepo commit \(name), or have git see them again: git update-index "
                + "--no-\(isSkipped ? "skip-worktree" : "assume-unchanged") \(path)")
    }

    private static func label(_ path: String) -> String { WorkflowName(path: path)?.description ?? path }

    private func requireFree(_ name: WorkflowName, base: Base) throws {
        let isInWorkTree = try repository.workTree != nil && worktreeFile(of: name) != nil
        guard try file(of: name, in: base.tree) == nil, !isInWorkTree else {
            throw HistoryError(
                .exists, name.description, "a workflow of that name is there already",
                hint: "look at it: wfrepo show \(name)")
        }
    }
}

extension FileStatus {
    /// Whether the file is gone, with no content of its own in the index.
    fileprivate var isOnlyDeleted: Bool {
        switch (staged, unstaged) {
        case (nil, .removed), (.removed, nil): true
        default: false
        }
    }
}
