internal import GitStore

/// The note with the audit lines of one commit: at most 64 of them. What goes beyond continues on *event commits*, which
/// hold nothing, are made for that alone, and are the same whenever they are made.
struct AuditNote {
    /// How many lines a note holds at most: enough that what lines have in common is stored once, few enough that a note is read
    /// for one of its lines, and written anew for one more, at little cost.
    static let limit = 64

    /// The commit that the note is on.
    let commit: CommitID
    /// Whether the note is new and its commit an event commit, which only the notes commit keeps from `git gc`.
    let needsKeeping: Bool
    private(set) var bytes: [UInt8]
    /// The lines' number, those of others included.
    private(set) var count: Int
    /// The ids with which lines begin.
    private var ids: Set<Substring>

    private init(commit: CommitID, needsKeeping: Bool, bytes: [UInt8]) {
        self.commit = commit
        self.needsKeeping = needsKeeping
        self.bytes = bytes
        // `git notes` of people may leave no line break at the end.
        if let last = bytes.last, last != 0x0A { self.bytes.append(0x0A) }
        let lines = bytes.split(separator: 0x0A)
        count = lines.count
        ids = Set(lines.compactMap { AuditLine(text: String(decoding: $0, as: UTF8.self))?.idText })
    }

    var isFull: Bool { count >= Self.limit }

    /// Whether the note has the event's line already.
    func contains(_ id: AuditEventID) -> Bool { ids.contains(Substring(id.description)) }

    mutating func append(_ line: AuditLine) {
        bytes += Array(line.text.utf8)
        bytes.append(0x0A)
        count += 1
        ids.insert(line.idText)
    }

    /// Whether a note's bytes are audit lines.
    static func isAudit(_ note: [UInt8]) -> Bool { note.starts(with: "{\"id\":\"".utf8) }

    /// The last note of what concerns `subject`, which may be full, and its number.
    ///
    /// A note begins where the one before is full, so the last is found by doubling and halving, and no other is read.
    static func last(
        on subject: CommitID?, in notes: NotesTree, of repository: Repository
    ) throws -> (note: AuditNote, part: Int) {
        func exists(_ part: Int) throws -> Bool {
            try notes.note(for: commit(part: part, of: subject, in: repository).object) != nil
        }
        var low = 1
        var high = 2
        while try exists(high) { (low, high) = (high, high * 2) }
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if try exists(middle) { low = middle } else { high = middle }
        }
        return (try read(part: low, of: subject, in: notes, repository), low)
    }

    /// A part of what concerns `subject`: the first is the note on it, the others are on event commits.
    static func read(
        part: Int, of subject: CommitID?, in notes: NotesTree, _ repository: Repository
    ) throws -> AuditNote {
        let commit = try commit(part: part, of: subject, in: repository)
        let blob = try notes.note(for: commit.object)
        return AuditNote(
            commit: commit, needsKeeping: commit != subject && blob == nil,
            bytes: try blob.map { id in try repository.blob(id) } ?? [])
    }

    /// The commit that bears a part: the subject itself, or an event commit, which need not be written yet.
    private static func commit(
        part: Int, of subject: CommitID?, in repository: Repository
    ) throws(GitError) -> CommitID {
        if part == 1, let subject { return subject }
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
