/// Reads the form of commit objects: header lines, an empty line, the message.
struct CommitParser {
    let id: CommitID
    let bytes: UnsafeRawBufferPointer

    func parse() throws(GitError) -> Commit {
        var tree: TreeID?
        var parents: [CommitID] = []
        var author: Signature?
        var committer: Signature?
        var encoding: String?
        var hasSignature = false
        var position = 0
        while position < bytes.count, bytes[position] != 0x0A {
            let end = endOfLine(from: position)
            let line = UnsafeRawBufferPointer(rebasing: bytes[position..<end])
            position = end + 1
            // A line that starts with a space continues the one before: signatures and merged tags have such.
            guard line.first != 0x20, let space = line.firstIndex(of: 0x20) else { continue }
            let value = UnsafeRawBufferPointer(rebasing: line[(space + 1)...])
            switch String(decoding: line[..<space], as: UTF8.self) {
            case "tree": tree = TreeID(try objectID(value))
            case "parent": parents.append(CommitID(try objectID(value)))
            case "author": author = Signature(parsing: text(value, encoding))
            case "committer": committer = Signature(parsing: text(value, encoding))
            case "encoding": encoding = text(value, nil)
            case "gpgsig", "gpgsig-sha256": hasSignature = true
            default: break
            }
        }
        guard let tree, let author, let committer else { throw malformed("a header line is missing") }
        let message = bytes[min(position + 1, bytes.count)...]
        return Commit(
            id: id, tree: tree, parents: parents, author: author, committer: committer,
            message: text(UnsafeRawBufferPointer(rebasing: message), encoding), hasSignature: hasSignature)
    }

    /// The tree, the parents and the committer's time alone: what a walk over history needs.
    func parseLinks() throws(GitError) -> CommitLinks {
        var tree: TreeID?
        var parents: [CommitID] = []
        var position = 0
        while position < bytes.count, bytes[position] != 0x0A {
            let end = endOfLine(from: position)
            let line = UnsafeRawBufferPointer(rebasing: bytes[position..<end])
            position = end + 1
            if line.starts(with: "tree ".utf8) {
                tree = TreeID(try objectID(UnsafeRawBufferPointer(rebasing: line[5...])))
            } else if line.starts(with: "parent ".utf8) {
                parents.append(CommitID(try objectID(UnsafeRawBufferPointer(rebasing: line[7...]))))
            } else if line.starts(with: "committer ".utf8) {
                guard let tree else { break }
                let seconds = Signature(parsing: String(decoding: line[10...], as: UTF8.self)).seconds
                return CommitLinks(tree: tree, parents: parents, seconds: seconds)
            }
        }
        throw malformed("a header line is missing")
    }

    private func endOfLine(from position: Int) -> Int {
        bytes[position...].firstIndex(of: 0x0A) ?? bytes.count
    }

    private func objectID(_ hex: UnsafeRawBufferPointer) throws(GitError) -> ObjectID {
        guard let id = ObjectID(hexBytes: hex) else { throw malformed("an id is malformed") }
        return id
    }

    /// git writes UTF-8 unless `i18n.commitEncoding` says otherwise; of the others only Latin-1 is decoded.
    private func text(_ bytes: UnsafeRawBufferPointer, _ encoding: String?) -> String {
        switch encoding?.lowercased() {
        case "iso-8859-1", "latin1", "latin-1", "iso8859-1":
            String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
        default: String(decoding: bytes, as: UTF8.self)
        }
    }

    private func malformed(_ reason: String) -> GitError {
        GitError(.corrupt, "read commit", id.description, reason)
    }
}

/// What a walk over history needs of a commit.
public struct CommitLinks: Hashable, Sendable {
    /// The commit's files.
    public let tree: TreeID
    /// What it follows, the first parent first.
    public let parents: [CommitID]
    /// When it was committed, in seconds since 1970.
    public let seconds: Int
}
