extension Repository {
    /// Reads a commit.
    public func commit(_ id: CommitID) throws(GitError) -> Commit {
        try withObject(id.object, as: .commit) { (bytes) throws(GitError) in
            try CommitParser(id: id, bytes: bytes).parse()
        }
    }

    /// Reads a commit's tree, parents and time, and nothing else: several times faster than ``commit(_:)``.
    public func links(of id: CommitID) throws(GitError) -> CommitLinks {
        try withObject(id.object, as: .commit) { (bytes) throws(GitError) in
            try CommitParser(id: id, bytes: bytes).parseLinks()
        }
    }

    /// The bytes of a commit object, as git writes it. A newline is added to a message that has none at its end.
    public static func commitBytes(
        tree: TreeID, parents: [CommitID], author: Signature, committer: Signature, message: String
    ) throws(GitError) -> [UInt8] {
        try author.validate()
        try committer.validate()
        guard !message.utf8.contains(0) else {
            throw GitError(.invalid, "write commit", nil, "a message can't hold NUL")
        }
        var text = "tree \(tree)\n"
        for parent in parents { text += "parent \(parent)\n" }
        text += "author \(author)\ncommitter \(committer)\n\n\(message)"
        if !message.isEmpty, message.utf8.last != 0x0A { text += "\n" }
        return Array(text.utf8)
    }

    /// Stores a commit. No reference moves: ``updateReference(_:to:expecting:message:)`` does that.
    ///
    /// The tree and the parents must be there. A message is stored as it is but for a newline at its end.
    public func writeCommit(
        tree: TreeID, parents: [CommitID], author: Signature, committer: Signature, message: String
    ) throws(GitError) -> CommitID {
        let bytes = try Repository.commitBytes(
            tree: tree, parents: parents, author: author, committer: committer, message: message)
        try requireLinks(tree: tree, parents: parents)
        return CommitID(try write(.commit, bytes))
    }

    func requireLinks(tree: TreeID, parents: [CommitID]) throws(GitError) {
        if tree == .empty, !exists(tree.object) { _ = try write(.tree, []) }
        for (id, kind) in [(tree.object, ObjectKind.tree)] + parents.map({ ($0.object, .commit) }) {
            let found = try header(of: id).kind
            guard found == kind else {
                throw GitError(
                    .invalid, "write commit", id.description, "it is a \(found.rawValue), not a \(kind.rawValue)")
            }
        }
    }
}
