/// The notes of one notes reference: which blob is attached to which object (git-notes(1)).
///
/// git keeps the note of an object in a file named by the object's id, spread over folders of two digits as there are
/// more notes: `4b825d…`, `4b/825d…`, `4b/82/5d…`, in any mixture. libgit2's own functions miss some mixtures and move
/// the reference without comparing, so reading and writing are done here. A value of this type stays as it was read.
public struct NotesTree {
    /// Where the notes are stored.
    let repository: Repository
    /// The tree of the notes; `nil` while there are none.
    public let root: TreeID?
    /// The commit that the reference pointed to; `nil` for a reference that does not exist, or for a bare tree.
    public let commit: CommitID?

    /// The notes in a tree.
    public init(_ repository: Repository, root: TreeID?) {
        self.repository = repository
        self.root = root
        commit = nil
    }

    /// The notes that a reference such as `refs/notes/commits` has now; none where it does not exist.
    public init(_ repository: Repository, reference: String) throws(GitError) {
        self.repository = repository
        commit = try repository.resolve(reference).map { CommitID($0) }
        if let commit { root = try repository.links(of: commit).tree } else { root = nil }
    }

    /// The note on an object; `nil` where there is none. Where a mixture holds two, the one nearer to the top.
    public func note(for target: ObjectID) throws(GitError) -> BlobID? {
        var folder = root
        let name = Array(target.description.utf8)
        var depth = 0
        while let current = folder {
            let rest = Array(name[depth...])
            var note: ObjectID?
            var subtree: ObjectID?
            try repository.forEachEntry(of: current) { entry, bytes in
                let stored = bytes[entry.name]
                if entry.mode == .tree {
                    if stored.count == 2, stored.elementsEqual(rest.prefix(2)) { subtree = entry.id }
                } else if stored.count == rest.count, stored.elementsEqual(rest) {
                    note = entry.id
                }
            }
            if let note { return BlobID(note) }
            folder = subtree.map { TreeID($0) }
            depth += 2
            if depth >= name.count { return nil }
        }
        return nil
    }

    /// Gives every note to `body`, in the order of the objects within each folder.
    public func forEach(
        _ body: (_ target: ObjectID, _ note: BlobID) throws(GitError) -> Void
    ) throws(GitError) {
        if let root { try visit(root, prefix: [], body) }
    }

    /// Every note with the object that it is on, sorted by object.
    public func all() throws(GitError) -> [(target: ObjectID, note: BlobID)] {
        var found: [(target: ObjectID, note: BlobID)] = []
        try forEach { target, note in found.append((target, note)) }
        return found.sorted { $0.target < $1.target }
    }

    private func visit(
        _ tree: TreeID, prefix: [UInt8], _ body: (ObjectID, BlobID) throws(GitError) -> Void
    ) throws(GitError) {
        try repository.forEachEntry(of: tree) { (entry, bytes) throws(GitError) in
            switch Entry(entry, of: bytes, below: prefix) {
            case .note(let note): try body(note.target, note.note)
            case .folder(let folder): try visit(TreeID(folder.tree), prefix: folder.prefix, body)
            case nil: break
            }
        }
    }
}
