internal import CLibgit2

extension Repository {
    /// Writes an index file that holds exactly a tree, as `git read-tree --index-output` does. The repository's own index
    /// is not touched.
    public func writeIndexFile(of tree: TreeID, to path: String) throws(GitError) {
        try withIndexFile(path) { (index) throws(GitError) in
            var raw = tree.object.raw
            var handle: OpaquePointer?
            try GitError.check(git_tree_lookup(&handle, self.handle, &raw), "read tree", tree.description)
            defer { git_tree_free(handle) }
            try GitError.check(git_index_read_tree(index, handle), "read tree into index", path)
            try GitError.check(git_index_write(index), "write index", path)
        }
    }

    /// Stores what an index file holds as a tree, as `git write-tree` does under `GIT_INDEX_FILE`.
    ///
    /// - Throws: `conflict` while a path is unmerged.
    public func tree(ofIndexFile path: String) throws(GitError) -> TreeID {
        var raw = ObjectID.zero.raw
        try withIndexFile(path) { (index) throws(GitError) in
            try GitError.check(git_index_write_tree_to(&raw, index, handle), "write tree of index", path)
        }
        return TreeID(ObjectID(raw))
    }

    private func withIndexFile(_ path: String, _ body: (OpaquePointer) throws(GitError) -> Void) throws(GitError) {
        var index: OpaquePointer?
        let status = git_index_open(&index, path)
        guard status >= 0, let index else { throw GitError.last(status, "open index", path) }
        defer { git_index_free(index) }
        try body(index)
    }
}
