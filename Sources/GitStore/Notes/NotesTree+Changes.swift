extension NotesTree {
    /// What became of a note.
    package struct Change: Hashable, Sendable {
        /// The object that the note is on.
        package let target: ObjectID
        /// The note as it was; nil where it is new.
        package let old: BlobID?
        /// The note as it is; nil where it is gone.
        package let new: BlobID?
    }

    /// The notes that are others than in an older tree, in the order of their objects.
    ///
    /// Folders that both trees have are not read, so the cost is that of what changed.
    package func changes(since older: NotesTree) throws(GitError) -> [Change] {
        var (old, new): ([ObjectID: BlobID], [ObjectID: BlobID]) = ([:], [:])
        try compare(older.folder, folder, &old, &new)
        return Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.sorted()
            .map { Change(target: $0, old: old[$0], new: new[$0]) }
    }

    private var folder: Folder? { root.map { Folder(prefix: [], tree: $0.object) } }

    /// Collects the notes of folders that differ. A note that only moved, as one does when a folder is split, is in both.
    private func compare(
        _ old: Folder?, _ new: Folder?, _ before: inout [ObjectID: BlobID], _ after: inout [ObjectID: BlobID]
    ) throws(GitError) {
        guard old?.tree != new?.tree else { return }
        let (left, right) = (try old.map(content), try new.map(content))
        // Of two notes on one object the one nearer to the top counts.
        for note in left?.notes ?? [] where before[note.target] == nil { before[note.target] = note.note }
        for note in right?.notes ?? [] where after[note.target] == nil { after[note.target] = note.note }
        var pairs: [[UInt8]: (old: Folder?, new: Folder?)] = [:]
        for folder in left?.folders ?? [] { pairs[folder.prefix, default: (nil, nil)].old = folder }
        for folder in right?.folders ?? [] { pairs[folder.prefix, default: (nil, nil)].new = folder }
        for (old, new) in pairs.values { try compare(old, new, &before, &after) }
    }

    private func content(of folder: Folder) throws(GitError) -> Content {
        try Self.content(of: folder, repository.bytes(of: folder.tree, as: .tree))
    }
}
