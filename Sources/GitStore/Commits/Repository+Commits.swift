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
    ///
    /// - Parameter key: signs the commit as `git commit -S` does; `nil` leaves it unsigned.
    public func writeCommit(
        tree: TreeID, parents: [CommitID], author: Signature, committer: Signature, message: String,
        signingWith key: SigningKey? = nil
    ) throws(GitError) -> CommitID {
        var bytes = try Repository.commitBytes(
            tree: tree, parents: parents, author: author, committer: committer, message: message)
        try requireLinks(tree: tree, parents: parents)
        if let key { bytes = Repository.insert(try key.sign(bytes), intoCommit: bytes) }
        return CommitID(try write(.commit, bytes))
    }

    /// Puts a signature behind the other header lines; its own lines but the first begin with a space.
    private static func insert(_ signature: String, intoCommit bytes: [UInt8]) -> [UInt8] {
        let lines = signature.split(separator: "\n").joined(separator: "\n ")
        // The header ends with the first empty line.
        let end = bytes.indices.dropLast().first { bytes[$0] == 0x0A && bytes[$0 + 1] == 0x0A } ?? bytes.count - 1
        return bytes[...end] + Array("gpgsig \(lines)\n".utf8) + bytes[(end + 1)...]
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
