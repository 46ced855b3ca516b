/// A point in history, as it is stored.
public struct Commit: Hashable, Sendable {
    /// The commit's own id.
    public let id: CommitID
    /// Its files.
    public let tree: TreeID
    /// What it follows: none for a root, several for a merge. The first parent is the branch it was made on.
    public let parents: [CommitID]
    /// Who made the change.
    public let author: Signature
    /// Who made the commit.
    public let committer: Signature
    /// The message as stored, usually with a newline at its end.
    public let message: String
    /// Whether a signature is stored with it (`gpgsig`). It says nothing about its validity.
    public let hasSignature: Bool

    /// The first paragraph in one line, as `git log --oneline` shows it.
    public var subject: String {
        lines.prefix(while: { !Commit.isBlank($0) }).joined(separator: " ")
    }

    /// What follows the subject, without blank lines around it.
    public var body: String {
        var rest = lines.drop(while: { !Commit.isBlank($0) }).drop(while: Commit.isBlank)
        while let last = rest.last, Commit.isBlank(last) { rest.removeLast() }
        return rest.joined(separator: "\n")
    }

    /// The lines from the first that isn't blank, without the carriage return before a line feed, which some editors write.
    ///
    /// They are cut as bytes: `\r\n` is one `Character`, and no `\n`.
    private var lines: ArraySlice<Substring> {
        message.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
            .map { Substring($0.last == 0x0D ? $0.dropLast() : $0) }.drop(while: Commit.isBlank)
    }

    private static func isBlank(_ line: Substring) -> Bool { line.allSatisfy(\.isWhitespace) }
}
