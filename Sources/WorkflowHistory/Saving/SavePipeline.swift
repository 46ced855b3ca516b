internal import GitStore
internal import Glibc

/// The way of every save: checks, tree, hooks, commit, branch, work tree, index, `post-commit`.
///
/// Until the branch moves, nothing that git shows has changed: there are only objects that nothing refers to.
struct SavePipeline {
    let repository: WorkflowRepository
    let context: SaveContext
    var hooks: HookRunner
    /// The temporary index that hooks see, once one of them ran.
    var nextIndex: String?
    var git: Repository { repository.repository }

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
    struct Written {
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

    func treeChange(_ change: ContentChange) throws(GitError) -> TreeChange {
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
