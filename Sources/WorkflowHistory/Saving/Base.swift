public import GitStore

/// What a save stands on: the branch (or the detached HEAD), its tip and that tip's tree, as they were when it began.
///
/// The save succeeds only while the branch still is there (compare-and-swap).
public struct Base: Hashable, Sendable {
    /// The reference that moves: `refs/heads/main`, or `HEAD` where it is detached.
    public let reference: String
    /// The tip; nil on a branch without commits.
    public let tip: CommitID?
    /// The tip's tree.
    public let tree: TreeID?

    /// The branch's name without `refs/heads/`; nil where HEAD is detached.
    public var branch: String? {
        reference.hasPrefix("refs/heads/") ? String(reference.dropFirst("refs/heads/".count)) : nil
    }
}

extension WorkflowRepository {
    /// Reads where HEAD is, to save on top of it or to notice later that it moved.
    public func base() throws(GitError) -> Base {
        switch try repository.head {
        case .branch(let name, let tip):
            let reference = name.hasPrefix("refs/") ? name : "refs/heads/\(name)"
            return Base(
                reference: reference, tip: tip,
                tree: try tip.map { id throws(GitError) in try repository.links(of: id).tree })
        case .detached(let tip):
            return Base(reference: "HEAD", tip: tip, tree: try repository.links(of: tip).tree)
        }
    }

    /// The commit that a save begins with, checked against what the caller read.
    ///
    /// - Throws: `branchMoved` where HEAD is not at `expected`; `operationInProgress` during a merge or the like.
    func baseForSaving(expecting expected: ExpectedTip) throws -> Base {
        let base = try base()
        if case .exactly(let tip) = expected, base.tip != tip { throw Self.moved(base) }
        let state = repository.state
        guard state == .clean || state == .bisect else { throw Self.inProgress(state) }
        return base
    }

    static func moved(_ base: Base) -> HistoryError {
        HistoryError(
            .branchMoved, base.branch ?? base.reference, "the branch moved since it was read; nothing was saved",
            hint: "look at what came in: wfrepo log, then bring your edit on top of it and save again")
    }

    private static func inProgress(_ state: RepositoryState) -> HistoryError {
        let (what, finish, abort) =
            switch state {
            case .merge: ("a merge", "git merge --continue", "git merge --abort")
            case .revert: ("a revert", "git revert --continue", "git revert --abort")
            case .cherryPick: ("a cherry-pick", "git cherry-pick --continue", "git cherry-pick --abort")
            case .applyMailbox: ("git am", "git am --continue", "git am --abort")
            default: ("a rebase", "git rebase --continue", "git rebase --abort")
            }
        return HistoryError(
            .operationInProgress, "save", "\(what) is under way, and a save would break into it",
            hint: "finish it: \(finish), or give it up: \(abort)")
    }
}

/// What a caller knows of the tip that it stands on.
public enum ExpectedTip: Hashable, Sendable {
    /// Nothing: the save looks whether the index tells that the branch moved under the work tree.
    case detect
    /// The tip from which the content was read; nil means a branch without commits.
    case exactly(CommitID?)
}
