extension NotesTree {
    /// The tree with some notes set, or removed where the blob is `nil`. Nothing moves: write a commit of it and update
    /// the reference, comparing with ``commit``.
    ///
    /// Only folders along the paths of the changed notes are read and written, so the cost does not grow with the number of
    /// notes. Folders are split when they are large. Entries that are no notes stay.
    public func setting(_ changes: [ObjectID: BlobID?]) throws(GitError) -> TreeID {
        let sorted = changes.sorted { $0.key < $1.key }
            .map { NotesFolder.Change(name: Array($0.key.description.utf8), blob: $0.value) }
        if sorted.isEmpty, let root { return root }
        let written = try write(root, sorted[...], depth: 0)
        if let written { return written }
        return TreeID(try repository.write(.tree, []))
    }

    /// Writes one folder of the notes' tree; `nil` when nothing is left in it.
    ///
    /// - Parameter depth: how many digits of the names the folders above have used up.
    private func write(
        _ base: TreeID?, _ changes: ArraySlice<NotesFolder.Change>, depth: Int
    ) throws(GitError) -> TreeID? {
        var folder = try NotesFolder(base, in: repository, depth: depth)
        var rest = changes
        while let first = rest.first {
            let key = Array(first.name[depth..<(depth + 2)])
            let group = rest.prefix { $0.name[depth..<(depth + 2)].elementsEqual(key) }
            rest = rest.dropFirst(group.count)
            if let subtree = folder.subtree(key) {
                // A note that stood here beside the folder would hide the one in it.
                for change in group { folder.setNote(Array(change.name[depth...]), to: nil) }
                folder.setSubtree(key, to: try write(subtree, group, depth: depth + 2))
            } else {
                for change in group { folder.setNote(Array(change.name[depth...]), to: change.blob) }
            }
        }
        if folder.isToBeSplit, depth < ObjectID.hexCount - 2 { try split(&folder, depth: depth) }
        return try folder.write(in: repository)
    }

    /// Moves all notes of a folder into subfolders of two digits.
    private func split(_ folder: inout NotesFolder, depth: Int) throws(GitError) {
        let moved = Dictionary(grouping: folder.takeNotes(), by: { Array($0.name.prefix(2)) })
        for (key, notes) in moved {
            let changes = notes.map { note in
                // Only what is below `depth` counts further down.
                NotesFolder.Change(name: Array(repeating: 0x30, count: depth) + note.name, blob: note.blob)
            }
            let sorted = changes.sorted { $0.name.lexicographicallyPrecedes($1.name) }
            folder.setSubtree(key, to: try write(folder.subtree(key), sorted[...], depth: depth + 2))
        }
    }
}
