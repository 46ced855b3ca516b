internal import CLibgit2

/// The order in which a walk gives commits.
public enum WalkOrder: Hashable, Sendable {
    /// The latest commit time first; what git log does by default. Nothing is read ahead.
    case date
    /// No commit before all of its children. All of the history is read before the first commit is given.
    case topological
}

/// A walk over history, from newer to older, that reads commits as it goes.
///
///     let walk = try repository.commits(from: tip, firstParent: true)
///     while let id = try walk.next() { … }
///
/// It is no `Sequence` on purpose: history may turn out to be broken at any step, and a `for` loop would hide it.
public final class CommitWalk {
    private let repository: Repository
    private var source: Source

    private enum Source {
        case library(OpaquePointer)
        case shallow(ShallowWalk)
    }

    init(
        _ repository: Repository, from start: CommitID, hiding hidden: [CommitID], firstParent: Bool, order: WalkOrder
    ) throws(GitError) {
        self.repository = repository
        if repository.isShallow {
            source = .shallow(
                try ShallowWalk(repository, from: start, hiding: hidden, firstParent: firstParent, order: order))
            return
        }
        var handle: OpaquePointer?
        let status = git_revwalk_new(&handle, repository.handle)
        guard status >= 0, let handle else { throw GitError.last(status, "walk history", start.description) }
        source = .library(handle)
        // From here on `deinit` frees the handle, also when something below throws.
        if order == .topological {
            try GitError.check(
                git_revwalk_sorting(handle, GIT_SORT_TOPOLOGICAL.rawValue | GIT_SORT_TIME.rawValue), "walk history")
        }
        if firstParent { try GitError.check(git_revwalk_simplify_first_parent(handle), "walk history") }
        var raw = start.object.raw
        try GitError.check(git_revwalk_push(handle, &raw), "walk history", start.description)
        for id in hidden {
            raw = id.object.raw
            try GitError.check(git_revwalk_hide(handle, &raw), "walk history", id.description)
        }
    }

    deinit {
        if case .library(let handle) = source { git_revwalk_free(handle) }
    }

    /// The next commit, or `nil` at the end.
    public func next() throws(GitError) -> CommitID? {
        switch source {
        case .library(let handle):
            var raw = git_oid()
            let status = git_revwalk_next(&raw, handle)
            if status == GIT_ITEROVER.rawValue { return nil }
            try GitError.check(status, "walk history")
            return CommitID(ObjectID(raw))
        case .shallow(var walk):
            let next = try walk.next(in: repository)
            source = .shallow(walk)
            return next
        }
    }

    /// The commits that are left, at most `limit`.
    public func rest(limit: Int = .max) throws(GitError) -> [CommitID] {
        var found: [CommitID] = []
        while found.count < limit, let id = try next() { found.append(id) }
        return found
    }
}
