extension Repository {
    /// Writes the files of a tree into a plain folder, which need not be the work tree and does not touch the index.
    ///
    /// Only files that differ from `previous` are written and removed, so that a folder can be brought up to date. Bytes
    /// are those of the blobs: no line-end conversion, no filter. Execute bits are kept. Symbolic links are made as they
    /// are stored, but nothing is ever written through one: a folder on the way that is a link is replaced. Submodules
    /// become empty folders. Nothing is fsynced: the folder can be made again.
    ///
    /// - Parameters:
    ///   - directory: made if it is not there.
    ///   - previous: the tree that the folder holds now; `nil` when it is empty.
    /// - Throws: `invalidName` for names such as `.git` and `..`, before anything is written.
    public func checkout(_ tree: TreeID, at directory: String, previous: TreeID? = nil) throws(GitError) {
        let changes = try changedPaths(from: previous, to: tree)
        for change in changes {
            _ = try TreeChange(path: change.path, .remove).components(for: "check out")
        }
        let writer = try FolderWriter(directory)
        for change in changes where change.new == nil { try writer.remove(change.path) }
        for change in changes {
            guard let entry = change.new else { continue }
            switch entry.mode {
            case .commit, .tree: try writer.makeFolder(change.path)
            case .symlink: try writer.link(change.path, to: try blob(BlobID(entry.id)))
            case .blob, .executable:
                try withObject(entry.id, as: .blob) { (bytes) throws(GitError) in
                    try writer.write(change.path, bytes, isExecutable: entry.mode == .executable)
                }
            }
        }
    }
}
