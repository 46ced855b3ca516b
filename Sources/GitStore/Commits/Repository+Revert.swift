internal import CLibgit2

/// What came of a merge of trees.
public enum MergeOutcome: Hashable, Sendable {
    /// It went through; this is the result.
    case tree(TreeID)
    /// These files were changed on both sides, sorted by path. Nothing was written.
    case conflicts([String])
}

extension Repository {
    /// The tree of `onto` without the change that `commit` made: what `git revert` would commit. Neither index nor work
    /// tree are touched.
    ///
    /// - Parameter mainline: which parent of a merge, counted from 1, is the side to keep.
    /// - Throws: `invalid` for a merge without `mainline`.
    public func revertedTree(
        of commit: CommitID, onto: CommitID, mainline: Int? = nil
    ) throws(GitError) -> MergeOutcome {
        let parents = try links(of: commit).parents.count
        guard mainline.map({ (1...max(parents, 1)).contains($0) }) ?? (parents < 2) else {
            throw GitError(
                .invalid, "revert", commit.description,
                parents < 2 ? "it is no merge" : "it is a merge: say which parent is the mainline")
        }
        let undone = try commitHandle(commit)
        defer { git_commit_free(undone) }
        let base = try commitHandle(onto)
        defer { git_commit_free(base) }
        var index: OpaquePointer?
        let parent = parents > 1 ? UInt32(mainline ?? 0) : 0
        try GitError.check(
            git_revert_commit(&index, handle, undone, base, parent, nil), "revert", commit.description)
        defer { git_index_free(index) }
        if git_index_has_conflicts(index) == 1 { return .conflicts(conflictingPaths(in: index)) }
        var tree = git_oid()
        try GitError.check(git_index_write_tree_to(&tree, index, handle), "revert", commit.description)
        return .tree(TreeID(ObjectID(tree)))
    }

    private func commitHandle(_ id: CommitID) throws(GitError) -> OpaquePointer? {
        var raw = id.object.raw
        var found: OpaquePointer?
        try GitError.check(git_commit_lookup(&found, handle, &raw), "read commit", id.description)
        return found
    }

    private func conflictingPaths(in index: OpaquePointer?) -> [String] {
        var paths: Set<String> = []
        for position in 0..<git_index_entrycount(index) {
            guard let entry = git_index_get_byindex(index, position), git_index_entry_stage(entry) > 0 else { continue }
            paths.insert(String(cString: entry.pointee.path))
        }
        return paths.sorted()
    }
}
