internal import GRDB
internal import GitStore

/// Reads the lines of events that the index knows out of git.
final class EventLines {
    private let repository: Repository
    private var keys: SubjectKeys?
    /// Notes that were read: many lines stand in one.
    private var notes: [BlobID: [UInt8]] = [:]
    private var trees: [RecordSegment: NotesTree] = [:]

    init(_ repository: Repository) { self.repository = repository }

    /// The event of a row; nil where its line is not there, or can't be read.
    func event(_ row: Row) throws -> StoredEvent? {
        let keys = try subjectKeys()
        guard let commit = try CommitID(row.decode(forColumn: "commit_id") as String),
            let segment = try RecordSegment(reference: row.decode(forColumn: "reference")),
            let line = try line(
                of: row.decode(forColumn: "id"), on: commit, in: segment,
                seenIn: BlobID(row.decode(forColumn: "blob") as String)),
            let event = try? AuditEvent(line, with: keys)
        else { return nil }
        return StoredEvent(event: event, line: line, commit: commit, segment: segment)
    }

    private func subjectKeys() throws -> SubjectKeys {
        if let keys { return keys }
        let read = try SubjectKeys(of: repository)
        keys = read
        return read
    }

    /// - Parameter blob: where the index saw the line. What the segment says now is asked only where it is not there.
    private func line(
        of id: String, on commit: CommitID, in segment: RecordSegment, seenIn blob: BlobID?
    ) throws -> AuditLine? {
        if let blob, let note = try? note(blob), let text = AuditLine.text(of: id, in: note) {
            return AuditLine(text: text)
        }
        let tree = try trees[segment] ?? NotesTree(repository, reference: segment.reference)
        trees[segment] = tree
        guard let blob = try tree.note(for: commit.object) else { return nil }
        return try AuditLine.text(of: id, in: note(blob)).flatMap { AuditLine(text: $0) }
    }

    private func note(_ blob: BlobID) throws(GitError) -> [UInt8] {
        if let known = notes[blob] { return known }
        let note = try repository.blob(blob)
        notes[blob] = note
        return note
    }
}
