internal import GitStore

/// Audit events made ready for their segment.
struct AuditBatch {
    private let repository: Repository
    private let notes: NotesTree
    private var hash: String
    private var count: Int
    /// The notes that get lines, by the commit that they concern; the key is nil for no commit at all.
    private var open: [CommitID?: (note: AuditNote, part: Int)] = [:]
    private var result = SegmentWriter.Change(subject: "")

    /// An empty batch that continues a chain.
    init(after head: AuditHead, on notes: NotesTree, in repository: Repository) {
        self.repository = repository
        self.notes = notes
        hash = head.hash
        count = head.count
    }

    /// Adds an event, if it is not there yet.
    ///
    /// - Parameter sealer: what seals its line; nil leaves it in clear.
    mutating func add(_ event: AuditEvent, on subject: CommitID?, sealedWith sealer: SubjectKeys.Sealer?) throws {
        // Taken out, so that adding to it copies nothing.
        var (note, part) =
            try open.removeValue(forKey: subject) ?? AuditNote.last(on: subject, in: notes, of: repository)
        defer { open[subject] = (note, part) }
        guard !note.contains(event.id) else { return }
        if note.isFull {
            put(note)
            part += 1
            note = try AuditNote.read(part: part, of: subject, in: notes, repository)
        }
        if note.needsKeeping, !result.keeps.contains(note.commit) {
            try AuditNote.writeEventCommit(part: part, of: subject, in: repository)
            result.keeps.append(note.commit)
        }
        let line =
            try sealer.map { try AuditLine(event, after: hash, sealedWith: $0) } ?? AuditLine(event, after: hash)
        note.append(line)
        hash = line.hash
        count += 1
        result.lines.append("\(event.id) \(sealer == nil ? event.kind.rawValue : AuditLine.sealedWord) \(note.commit)")
    }

    private mutating func put(_ note: AuditNote) { result.notes[note.commit.object] = note.bytes }

    /// What the batch changes; nil where all of its events were there.
    var change: SegmentWriter.Change? {
        guard !result.lines.isEmpty else { return nil }
        var change = result
        for (note, _) in open.values { change.notes[note.commit.object] = note.bytes }
        change.subject = "audit \(result.lines.count) event\(result.lines.count == 1 ? "" : "s")"
        change.trailers = AuditHead.trailers(count: count, hash: hash)
        return change
    }
}
