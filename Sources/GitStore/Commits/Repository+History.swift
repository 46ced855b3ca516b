internal import CLibgit2

extension Repository {
    /// Walks from a commit to what it follows.
    ///
    /// - Parameters:
    ///   - hidden: commits that are left out with everything that they follow.
    ///   - firstParent: whether to follow only the first parent of a merge: the branch's own history.
    public func commits(
        from start: CommitID, hiding hidden: [CommitID] = [], firstParent: Bool = false, order: WalkOrder = .date
    ) throws(GitError) -> CommitWalk {
        try CommitWalk(self, from: start, hiding: hidden, firstParent: firstParent, order: order)
    }

    /// Whether `ancestor` can be reached from `descendant`; a commit counts as its own ancestor, as for
    /// `git merge-base --is-ancestor`.
    public func isAncestor(_ ancestor: CommitID, of descendant: CommitID) throws(GitError) -> Bool {
        if ancestor == descendant { return true }
        if isShallow {
            return try ShallowWalk.reachable(from: [descendant], in: self, firstParent: false, except: [:])[ancestor]
                != nil
        }
        var old = ancestor.object.raw
        var new = descendant.object.raw
        let status = git_graph_descendant_of(handle, &new, &old)
        try GitError.check(status, "compare commits", "\(ancestor) \(descendant)")
        return status == 1
    }

    /// A best common ancestor of two commits; `nil` where their histories do not meet.
    public func mergeBase(_ first: CommitID, _ second: CommitID) throws(GitError) -> CommitID? {
        if isShallow {
            let mine = try ShallowWalk.reachable(from: [first], in: self, firstParent: false, except: [:])
            let walk = try commits(from: second)
            while let id = try walk.next() { if mine[id] != nil { return id } }
            return nil
        }
        var left = first.object.raw
        var right = second.object.raw
        var base = git_oid()
        let status = git_merge_base(&base, handle, &left, &right)
        if status == GIT_ENOTFOUND.rawValue { return nil }
        try GitError.check(status, "find merge base", "\(first) \(second)")
        return CommitID(ObjectID(base))
    }

    /// The object that a revision names, in the forms of gitrevisions(7): `main~3`, `HEAD^{tree}`, `4b825dc`, `v1:file`.
    ///
    /// - Throws: `notFound`, `ambiguous`, or `invalidName` for what is no revision at all.
    public func revparse(_ text: String) throws(GitError) -> ObjectID {
        var object: OpaquePointer?
        let status = git_revparse_single(&object, handle, text)
        guard status >= 0, let object else {
            var error = GitError.last(status, "find revision", text)
            if error.code == .notFound { error.message = "there is no such revision" }
            throw error
        }
        defer { git_object_free(object) }
        guard let id = git_object_id(object) else {
            throw GitError(.corrupt, "find revision", text, "the object has no id")
        }
        return ObjectID(id.pointee)
    }

    /// The commit that a revision names, through annotated tags.
    ///
    /// - Throws: as ``revparse(_:)``, and `invalid` when it names a tree or a blob.
    public func commit(named text: String) throws(GitError) -> CommitID {
        var id = try revparse(text)
        while true {
            let kind = try header(of: id).kind
            switch kind {
            case .commit: return CommitID(id)
            case .tag: id = try tagTarget(id)
            case .tree, .blob:
                throw GitError(.invalid, "find revision", text, "it names a \(kind.rawValue), not a commit")
            }
        }
    }

    private func tagTarget(_ id: ObjectID) throws(GitError) -> ObjectID {
        try withObject(id, as: .tag) { (bytes) throws(GitError) in
            guard bytes.starts(with: "object ".utf8), let end = bytes.firstIndex(of: 0x0A),
                let target = ObjectID(hexBytes: bytes[7..<end])
            else { throw GitError(.corrupt, "read tag", id.description, "a header line is missing") }
            return target
        }
    }
}
