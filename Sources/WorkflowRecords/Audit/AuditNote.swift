internal import GitStore

/// The note with the audit lines of one commit: at most 256 of them. What goes beyond continues on *event commits*, which
/// hold nothing, are made for that alone, and are the same whenever they are made.
struct AuditNote {
    /// How many lines a note holds at most.
    static let limit = 256

    /// The commit that the note is on.
    let commit: CommitID
    /// Whether the note is new and its commit an event commit, which only the notes commit keeps from `git gc`.
    let needsKeeping: Bool
    private(set) var text: String

    /// The lines' number, those of others included.
    var count: Int { text.utf8.count { $0 == 0x0A } }

    var isFull: Bool { count >= Self.limit }

    /// Whether the note has the event's line already.
    func contains(_ id: AuditEventID) -> Bool { text.contains("{\"id\":\"\(id)\",") }

    mutating func append(_ line: AuditLine) { text += line.text + "\n" }

    /// Whether a note's bytes are audit lines.
    static func isAudit(_ note: [UInt8]) -> Bool { note.starts(with: "{\"id\":\"".utf8) }

    /// The first note with room for what concerns `subject`, from its `part`th on.
    ///
    /// Notes fill one after the other, so it is found by doubling and halving: few reads, however many there are.
    static func open(
        on subject: CommitID?, in notes: NotesTree, of repository: Repository
    ) throws -> (note: AuditNote, part: Int) {
        var low = 1
        var note = try read(part: low, of: subject, in: notes, repository)
        guard note.isFull else { return (note, low) }
        var high = 2
        while true {
            note = try read(part: high, of: subject, in: notes, repository)
            guard note.isFull else { break }
            low = high
            high *= 2
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2
            let candidate = try read(part: middle, of: subject, in: notes, repository)
            if candidate.isFull { low = middle } else { (high, note) = (middle, candidate) }
        }
        return (note, high)
    }

    /// A part of what concerns `subject`: the first is the note on it, the others are on event commits.
    static func read(
        part: Int, of subject: CommitID?, in notes: NotesTree, _ repository: Repository
    ) throws -> AuditNote {
        let commit: CommitID
        if part == 1, let subject {
            commit = subject
        } else {
            commit = try eventCommit(part: part, of: subject, in: repository)
        }
        let blob = try notes.note(for: commit.object)
        var text = String(decoding: try blob.map { id in try repository.blob(id) } ?? [], as: UTF8.self)
        // `git notes` of people may leave no line break at the end.
        if !text.isEmpty, !text.hasSuffix("\n") { text += "\n" }
        return AuditNote(commit: commit, needsKeeping: commit != subject && blob == nil, text: text)
    }

    /// Not written yet: ``write(_:part:of:in:)`` does that.
    private static func eventCommit(
        part: Int, of subject: CommitID?, in repository: Repository
    ) throws(GitError) -> CommitID {
        let (author, message) = contents(part: part, of: subject)
        return CommitID(
            try Repository.hash(
                .commit,
                Repository.commitBytes(tree: .empty, parents: [], author: author, committer: author, message: message)))
    }

    /// Stores the event commit of a part.
    static func writeEventCommit(part: Int, of subject: CommitID?, in repository: Repository) throws(GitError) {
        let (author, message) = contents(part: part, of: subject)
        _ = try repository.writeCommit(tree: .empty, parents: [], author: author, committer: author, message: message)
    }

    /// Fixed but for the part and the subject, so that the commit can be found again.
    private static func contents(part: Int, of subject: CommitID?) -> (Signature, String) {
        let concerns = subject.map { "Concerns: \($0)\n" } ?? ""
        return (
            Signature(name: "wfrepo", email: "wfrepo@localhost", seconds: 0),
            "audit events\n\n\(concerns)Part: \(part)\n"
        )
    }
}
