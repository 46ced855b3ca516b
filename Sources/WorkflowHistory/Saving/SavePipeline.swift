internal import GitStore
internal import Glibc

/// The way of every save: checks, tree, hooks, commit, branch, work tree, index, `post-commit`.
///
/// Until the branch moves, nothing that git shows has changed: there are only objects that nothing refers to.
struct SavePipeline {
    private let repository: WorkflowRepository
    private let context: SaveContext
    private var hooks: HookRunner
    /// The temporary index that hooks see, once one of them ran.
    private var nextIndex: String?
    private var git: Repository { repository.repository }

    init(_ repository: WorkflowRepository, context: SaveContext) throws {
        self.repository = repository
        self.context = context
        hooks = try HookRunner(repository.repository, context: context)
    }

    /// Makes the commit.
    mutating func save(_ draft: Draft) throws -> SavedCommit {
        try refuseLockedIndex()
        try draft.check(draft.changes)
        var undo: WorkTreeUpdate?
        let written: Written
        do {
            written = try commit(draft, undo: &undo)
        } catch {
            try undo?.bringBack()
            throw error
        }
        var warnings = draft.warnings + settle(written.changes) + collisions(written)
        warnings += hooks.ignored.map { "the hook \($0) was ignored, because it is not executable" }
        return SavedCommit(
            commit: written.commit, parent: draft.base.tip, branch: draft.base.branch, message: written.message,
            changes: written.changes, warnings: warnings)
    }

    /// A commit's object, which no reference leads to yet.
    private struct Written {
        var commit: CommitID
        var message: String
        /// What the commit changes, after the hooks.
        var changes: [ContentChange]
    }

    /// Up to how many objects a save writes one by one; above it, a pack costs less.
    private static let looseObjects = 8

    private mutating func write(_ proposed: TreeID, _ draft: Draft) throws -> Written {
        defer { if let nextIndex { unlink(nextIndex) } }
        var (tree, changes) = (proposed, draft.changes)
        if draft.hooks == .commit, context.runsCheckingHooks, let changed = try runPreCommit(tree) {
            (tree, changes) = (changed, try self.changes(from: draft.base.tree, to: changed))
            guard !changes.isEmpty else {
                throw HistoryError(
                    .nothingToDo, "save", "after the pre-commit hook nothing differs from the last commit")
            }
            try draft.check(changes)
        }
        let message = try finishedMessage(draft, tree)
        return Written(commit: try writeCommit(tree, draft.base, message), message: message, changes: changes)
    }

    private func tree(of changes: [ContentChange], on base: Base) throws -> TreeID {
        try git.editTree(base.tree, changes.map { try treeChange($0) })
    }

    private func treeChange(_ change: ContentChange) throws(GitError) -> TreeChange {
        guard let new = change.new else { return .remove(change.path) }
        return TreeChange(path: change.path, .put(new.mode, try git.writeBlob(new.bytes).object))
    }

    private func changes(from base: TreeID?, to tree: TreeID) throws -> [ContentChange] {
        try git.changedPaths(from: base, to: tree).map { change in
            ContentChange(path: change.path, old: try content(change.old), new: try content(change.new))
        }
    }

    private func content(_ entry: TreeEntry?) throws(GitError) -> ContentChange.Content? {
        guard let entry else { return nil }
        let bytes = entry.mode == .commit ? [] : try git.blob(BlobID(entry.id))
        return ContentChange.Content(mode: entry.mode, bytes: bytes)
    }

    // MARK: Hooks

    /// Runs `pre-commit`. wfrepo's own hook is passed over, since its checks have been made; the one that was there before
    /// it runs.
    ///
    /// - Returns: the tree that the hook left in the index, where it is another one.
    private mutating func runPreCommit(_ tree: TreeID) throws -> TreeID? {
        guard git.workTree != nil, let program = try hooks.program(for: "pre-commit", skipsOurs: true) else {
            return nil
        }
        let index = try index(of: tree)
        guard try hooks.run(program, indexFile: index) == 0 else { throw Self.refused("pre-commit") }
        let left = try git.tree(ofIndexFile: index)
        return left == tree ? nil : left
    }

    /// The temporary index of exactly what is to be committed, which hooks see as they do under `git commit --only`.
    private mutating func index(of tree: TreeID) throws -> String {
        if let nextIndex { return nextIndex }
        try git.writeBatch()
        let index = "\(git.gitDirectory)next-index-\(getpid()).wfrepo"
        try git.writeIndexFile(of: tree, to: index)
        nextIndex = index
        return index
    }

    /// Lets hooks and the user work on the message, and cleans it.
    private mutating func finishedMessage(_ draft: Draft, _ tree: TreeID) throws -> String {
        let edits = draft.editMessage != nil
        let prepare = try hooks.program(for: "prepare-commit-msg")
        let isChecked = draft.hooks == .commit && context.runsCheckingHooks
        let check = isChecked ? try hooks.program(for: "commit-msg") : nil
        var written = draft.message.isEmpty || draft.message.hasSuffix("\n") ? draft.message : draft.message + "\n"
        if prepare != nil || check != nil || edits {
            let file = git.gitDirectory + "COMMIT_EDITMSG"
            try DurableFile.write(Array(written.utf8), to: file)
            if let prepare { try runMessageHook(prepare, [file, "message"], tree, edits: edits) }
            try draft.editMessage?(file)
            if let check { try runMessageHook(check, [file], tree, edits: edits) }
            written = String(decoding: try DurableFile.read(file) ?? [], as: UTF8.self)
        }
        let configuration = try git.configuration
        let cleanup = MessageCleanup.configured(try configuration.string("commit.cleanup"), isEdited: edits)
        let comment = try configuration.string("core.commentChar")?.first ?? "#"
        let message = cleanup.clean(written, commentCharacter: comment)
        guard !message.allSatisfy(\.isWhitespace) else {
            throw HistoryError(
                .invalidMessage, "save", "the message is empty, so nothing was saved", hint: "give one: -m TEXT")
        }
        guard !message.utf8.contains(0) else {
            throw HistoryError(.invalidMessage, "save", "the message holds a NUL byte, which no commit can")
        }
        return message
    }

    private mutating func runMessageHook(_ program: String, _ arguments: [String], _ tree: TreeID, edits: Bool) throws {
        try git.writeBatch()
        let index = git.workTree == nil ? nil : try index(of: tree)
        guard try hooks.run(program, arguments, indexFile: index, editsMessage: edits) == 0 else {
            throw Self.refused(arguments.count == 1 ? "commit-msg" : "prepare-commit-msg")
        }
    }

    private static func refused(_ hook: String) -> HistoryError {
        HistoryError(
            .hookRefused, hook, "the hook refused, so nothing was saved",
            hint: hook == "prepare-commit-msg" ? nil : "mend what it says; wfrepo commit --no-verify passes it over")
    }

    // MARK: The commit and the branch

    private func writeCommit(_ tree: TreeID, _ base: Base, _ message: String) throws -> CommitID {
        let parents = base.tip.map { [$0] } ?? []
        guard let signer = try CommitSigner(git, context: context) else {
            return try git.writeCommit(
                tree: tree, parents: parents, author: context.author, committer: context.committer, message: message)
        }
        let bytes = try Repository.commitBytes(
            tree: tree, parents: parents, author: context.author, committer: context.committer, message: message)
        return CommitID(try git.write(.commit, try signer.sign(bytes)))
    }

    /// Makes the commit and moves the branch to it.
    ///
    /// - Parameter undo: gets what was done to the work tree before.
    private mutating func commit(_ draft: Draft, undo: inout WorkTreeUpdate?) throws -> Written {
        let base = draft.base
        var written: Written?
        do {
            let move = try git.prepareMove(
                of: base.reference, from: base.tip?.object, packAbove: Self.looseObjects
            ) {
                let tree = try tree(of: draft.changes, on: base)
                guard tree != base.tree, !draft.changes.isEmpty else { return nil }
                undo = try draft.workTreeUpdate?.apply()
                written = try write(tree, draft)
                return written?.commit.object
            }
            guard let move, let written else {
                throw HistoryError(
                    .nothingToDo, "save", "nothing differs from the last commit", hint: "wfrepo status")
            }
            let subject = written.message.prefix { $0 != "\n" }
            let verb = base.tip == nil ? "\(draft.reflogVerb) (initial)" : draft.reflogVerb
            try moveBranch(move, base, "\(verb): \(subject)")
            return written
        } catch let error as GitError where error.code == .stale {
            throw WorkflowRepository.moved(base)
        }
    }

    /// Moves the branch, as git does: the hook `reference-transaction` may refuse that, and is told how it ended
    /// (githooks(5)).
    private mutating func moveBranch(_ move: PreparedMove, _ base: Base, _ note: String) throws {
        let hook = try hooks.program(for: "reference-transaction")
        let change = "\(base.tip?.object ?? .zero) \(move.new)"
        let head = base.branch == nil ? "" : "\(change) HEAD\n"
        let input = Array("\(head)\(change) \(base.reference)\n".utf8)
        if let hook {
            guard try hooks.run(hook, ["prepared"], input: input) == 0 else {
                _ = try hooks.run(hook, ["aborted"], input: input)
                throw HistoryError(
                    .hookRefused, "reference-transaction",
                    "the hook refused to move \(base.reference), so nothing was saved")
            }
        }
        do {
            try move.perform(as: context.committer, message: note)
        } catch {
            if let hook { _ = try hooks.run(hook, ["aborted"], input: input) }
            throw error
        }
        // Its answer no longer counts.
        if let hook { _ = try? hooks.run(hook, ["committed"], input: input) }
    }

    // MARK: After the commit

    /// What follows can't undo the commit any more: what fails is said, with the command that mends it.
    private mutating func settle(_ changes: [ContentChange]) -> [String] {
        var warnings: [String] = []
        let paths = changes.map(\.path).joined(separator: " ")
        do {
            if git.workTree != nil { try git.stage(changes.map { try treeChange($0) }) }
        } catch {
            warnings.append(
                "the commit is made, but git's index is not up to date (\(error)): git reset -q -- \(paths)")
        }
        do {
            try runPostCommit()
        } catch {
            warnings.append("the hook post-commit did not run: \(error)")
        }
        return warnings
    }

    /// New definitions whose paths differ from others' in the case of letters only. That they can't be looked for now is no reason
    /// to say anything: the commit is made, and `wfrepo check` looks again.
    private func collisions(_ written: Written) -> [String] {
        let new = written.changes.filter { $0.old == nil && $0.workflow != nil }.map(\.path)
        guard !new.isEmpty, let tree = try? git.links(of: written.commit).tree,
            let groups = try? git.filesAlikeButForCase(new, in: tree)
        else { return [] }
        return groups.flatMap { group in
            group.filter(new.contains).compactMap { path in
                group.first { $0 != path }.map { "\(DefinitionProblem.collision(path, with: $0))" }
            }
        }
    }

    private mutating func runPostCommit() throws {
        let stands = try context.ownPostCommit.flatMap { try hooks.isOurs("post-commit") ? $0 : nil }
        if let program = try hooks.program(for: "post-commit", skipsOurs: stands != nil) { _ = try hooks.run(program) }
        try stands?()
    }

    /// git, too, refuses to commit while the index is locked. A short wait lets a `git status` finish its refresh.
    private func refuseLockedIndex() throws {
        guard git.workTree != nil else { return }
        let lock = git.indexPath + ".lock"
        for _ in 0..<20 {
            guard access(lock, F_OK) == 0 else { return }
            usleep(50_000)
        }
        throw GitError.locked("save", git.indexPath, lock: lock)
    }
}
