internal import GitStore
internal import WorkflowLanguage

extension WorkflowRepository {
    /// Saves workflows of the work tree as one commit on the current branch.
    ///
    /// As `git commit --only` does, the commit holds exactly the selected files on top of the tip; whatever else is staged
    /// or edited stays as it is. Definitions are validated, credentials in clear text are refused, git's hooks run. When the
    /// call returns, everything is on disk.
    ///
    /// - Throws: ``HistoryError`` `nothingToDo`, `invalidDefinition`, `clearTextSecret`, `branchMoved`,
    ///   `operationInProgress`, `hookRefused`, `signingFailed`, `invalidMessage`, `unknownWorkflow`, `notAFile`; or a
    ///   `GitError`. Nothing has changed then.
    @discardableResult
    public func commit(_ request: CommitRequest, context: SaveContext) throws -> SavedCommit {
        let base = try baseForSaving(expecting: request.expectedTip)
        let found = try workTreeChanges(request.selection, base: base)
        let changes = found.changes
        guard !changes.isEmpty else { throw Self.nothing(of: found) }
        if request.expectedTip == .detect { try refuseStale(changes, base: base) }
        // To look at what changed costs time that a given message saves.
        let suggestion = request.message == nil ? request.suggestSubject?(changes) : nil
        let subject = suggestion ?? ContentChange.summary(of: changes)
        let exemptions = request.allowsSecrets ? SecretExemption.trailers(for: changes) : []
        let check = DefinitionCheck(allowsSecrets: request.allowsSecrets, workflows: self, tree: base.tree)
        var pipeline = try SavePipeline(self, context: context)
        return try pipeline.save(
            Draft(
                base: base, changes: changes,
                message: CommitMessage.text(request.message, or: CommitMessage(subject: subject), adding: exemptions),
                editMessage: request.editMessage, check: check.check,
                warnings: found.warnings))
    }

    /// Why a selection has nothing to save.
    private static func nothing(of found: FoundChanges) -> HistoryError {
        guard found.passedOver.isEmpty else {
            return HistoryError(
                .invalidDefinition, "save", "what differs can't be a definition, so nothing was saved",
                problems: found.passedOver)
        }
        let ignored = found.ignored.map {
            DefinitionProblem(
                path: $0, message: "git's ignore rules hide it", hint: "save it all the same: wfrepo commit \($0)")
        }
        return HistoryError(
            .nothingToDo, "save", "nothing differs from the last commit", hint: "wfrepo status", problems: ignored)
    }

    /// The changes in the work tree, file by file: what can't be read as a definition (a link, a FIFO, a folder, a doubled name)
    /// is among the problems and keeps nothing else from being told.
    public func readableChanges() throws -> (changes: [ContentChange], problems: [HistoryError]) {
        let base = try base()
        let changed = try changedDefinitions()
        var (changes, problems): ([ContentChange], [HistoryError]) = ([], [])
        func collect(_ find: () throws -> [ContentChange]) throws {
            do {
                changes += try find()
            } catch let error as HistoryError {
                problems.append(error)
            }
        }
        for name in changed.names { try collect { try workTreeChange(of: name, base: base) } }
        for path in changed.paths { try collect { try workTreeChange(at: path, base: base, mustExist: false) } }
        return (changes, problems)
    }

    /// What a selection comes to.
    private struct FoundChanges {
        var changes: [ContentChange]
        /// Files that look like definitions and can't be.
        var passedOver: [DefinitionProblem] = []
        /// The paths of definitions that are left out, because nobody named them and git's ignore rules hide them.
        var ignored: [String] = []
        /// The paths of those that are saved although the rules hide them.
        var forced: [String] = []

        var warnings: [String] {
            passedOver.map { "not saved: \($0)" }
                + forced.map {
                    "git's ignore rules hide \($0): it was named, so it is saved, and git tracks it from now on"
                }
        }
    }

    private func workTreeChanges(_ selection: CommitRequest.Selection, base: Base) throws -> FoundChanges {
        switch selection {
        case .only(let names, let paths):
            let changes = try Set(names).sorted().flatMap { try workTreeChange(of: $0, base: base) }
            let others = try Set(paths).sorted().flatMap { try workTreeChange(at: $0, base: base, mustExist: true) }
            return FoundChanges(changes: changes + others, forced: try changes.filter(isIgnored).map(\.path))
        case .allChanged:
            let changed = try changedDefinitions()
            let changes = try changed.names.flatMap { try workTreeChange(of: $0, base: base) }
            let others = try changed.paths.flatMap { try workTreeChange(at: $0, base: base, mustExist: false) }
            return FoundChanges(changes: changes + others, passedOver: changed.problems, ignored: changed.ignored)
        }
    }

    /// Whether a change makes a file that git itself would not have added.
    private func isIgnored(_ change: ContentChange) throws -> Bool {
        try change.old == nil && repository.stagedEntries(under: change.path).isEmpty
            && repository.isIgnored(change.path)
    }

    private func workTreeChange(of name: WorkflowName, base: Base) throws -> [ContentChange] {
        let new = try worktreeFile(of: name)
        let old = try file(of: name, in: base.tree)
        guard new != nil || old != nil else {
            throw try unknown(name, in: base.tree, where: "in the work tree or at HEAD")
        }
        let paths = Set([new?.path, old?.path].compactMap { $0 })
        return try paths.sorted().flatMap { try workTreeChange(at: $0, base: base, mustExist: false) }
    }

    private func workTreeChange(at path: String, base: Base, mustExist: Bool) throws -> [ContentChange] {
        let old = try storedContent(at: path, in: base.tree)
        var new = try worktreeFile(at: path).map { ContentChange.Content(mode: $0.mode, bytes: $0.bytes) }
        guard !mustExist || old != nil || new != nil else {
            throw HistoryError(.notAFile, path, "there is no such file in the work tree or at HEAD")
        }
        // Where the file system keeps no execute bits, the mode at the tip stands.
        if new != nil, try repository.configuration.bool("core.fileMode") == false { new?.mode = old?.mode ?? .blob }
        return old == new ? [] : [ContentChange(path: path, old: old, new: new)]
    }

    /// The content of a file in a tree; nil where there is none.
    func storedContent(at path: String, in tree: TreeID?) throws -> ContentChange.Content? {
        guard let tree, let entry = try repository.entry(at: path, in: tree) else { return nil }
        switch entry.mode {
        case .tree: throw WorkTree.notAFile(path, "a folder")
        case .commit: throw WorkTree.notAFile(path, "a submodule")
        case .blob, .executable, .symlink:
            return ContentChange.Content(mode: entry.mode, bytes: try repository.blob(BlobID(entry.id)))
        }
    }

    /// Finds out whether the branch moved while the work tree stood still: then the index holds what an earlier commit of the
    /// branch had, and saving the file would silently undo what came in since.
    private func refuseStale(_ changes: [ContentChange], base: Base) throws {
        for change in changes {
            let staged = try repository.stagedEntries(under: change.path).first { $0.path == change.path }
            let current = try change.old.map { try Repository.hash(.blob, $0.bytes) }
            guard staged?.id != current, let tip = base.tip else { continue }
            let isStale: Bool
            if let staged {
                isStale = try wasEarlier(staged.id, at: change.path, before: tip)
            } else {
                // Neither staged nor removed by the user: the branch got the file after the work tree was made.
                isStale = change.new != nil
            }
            guard isStale else { continue }
            throw HistoryError(
                .branchMoved, change.label,
                "the branch moved since this file was checked out; saving would undo what came in",
                hint:
                    "see it: git diff HEAD -- \(change.path); put it into your file, then: git reset -q -- \(change.path)"
            )
        }
    }

    /// Whether the file had that content in one of the last commits before `tip`.
    private func wasEarlier(_ blob: ObjectID, at path: String, before tip: CommitID) throws -> Bool {
        var current = try repository.firstParent(of: tip)
        var remaining = 1000
        while let commit = current, remaining > 0 {
            if try repository.entry(at: path, in: repository.links(of: commit).tree)?.id == blob { return true }
            current = try repository.firstParent(of: commit)
            remaining -= 1
        }
        return false
    }
}
