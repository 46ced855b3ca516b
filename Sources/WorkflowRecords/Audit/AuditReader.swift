public import GitStore
internal import WorkflowEngine

/// Reads audit events out of git: this clone's and those that were fetched from others.
public struct AuditReader {
    /// A line, and where it stands.
    public struct Found: Hashable, Sendable {
        /// The line as stored.
        public let line: AuditLine
        /// The commit that the note with the line is on.
        public let commit: CommitID
        /// The segment of the note.
        public let segment: RecordSegment
    }

    private let repository: Repository

    /// A reader of all audit segments in a repository.
    public init(_ repository: Repository) {
        self.repository = repository
    }

    /// The latest events that `isWanted` accepts, newest first, at most `limit`. Lines that can't be read are left out;
    /// ``faults(in:)`` finds them.
    public func latest(
        _ limit: Int, where isWanted: (AuditEvent) -> Bool = { _ in true }
    ) throws -> [AuditEvent] {
        let catalog = try SegmentCatalog(.audit, in: repository)
        var notes = AuditNoteCache(repository)
        var seen: Set<AuditEventID> = []
        let keys = try SubjectKeys(of: repository)
        let found = try catalog.newest(limit, time: { $0.time.seconds }) { batch, entry -> [AuditEvent] in
            try AuditIndexLine.all(in: batch.commit).compactMap { index in
                guard let line = try notes.line(index, in: catalog.notes(at: entry.tip), of: entry.segment),
                    let event = try? AuditEvent(line, with: keys), isWanted(event), seen.insert(event.id).inserted
                else { return nil }
                return event
            }
        }
        return found.sorted { ($1.time, $1.id) < ($0.time, $0.id) }
    }

    /// What is wrong with the chain of one segment, in the order of its lines: nothing where every line is there, is
    /// unchanged and follows the one before. It proves no more than that the segment is whole: who can rewrite all of it
    /// can make a whole one.
    public func faults(in segment: RecordSegment) throws -> [RecordsError] {
        guard let tip = try repository.resolve(segment.reference).map({ CommitID($0) }) else {
            return [fault(segment, .notFound, "there is no such segment")]
        }
        var check = try AuditSegmentCheck(segment, at: tip, in: repository)
        try check.run(from: nil)
        return check.findings.filter { $0.severity == .fault }.map { fault(segment, .corrupt, $0.message) }
    }

    private func fault(_ segment: RecordSegment, _ code: RecordsError.Code, _ message: String) -> RecordsError {
        RecordsError(code, "verify audit", segment.reference, message, hint: "see its history: git log \(segment)")
    }
}

/// A line of an audit commit's message: which event was added, and to the note on which commit.
struct AuditIndexLine {
    let id: AuditEventID
    let commit: CommitID

    static func all(in commit: Commit) -> [AuditIndexLine] {
        commit.message.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ", omittingEmptySubsequences: false)
            guard fields.count == 3, let id = AuditEventID(String(fields[0])), let commit = CommitID(String(fields[2]))
            else { return nil }
            return AuditIndexLine(id: id, commit: commit)
        }
    }
}

/// Notes that have been read, by their blobs: many lines stand in one note.
private struct AuditNoteCache {
    private let repository: Repository
    private var lines: [BlobID: [AuditEventID: AuditLine]] = [:]

    init(_ repository: Repository) { self.repository = repository }

    /// The line of an event; nil where it is missing.
    mutating func line(
        _ index: AuditIndexLine, in notes: NotesTree, of segment: RecordSegment
    ) throws(GitError) -> AuditLine? {
        guard let blob = try notes.note(for: index.commit.object) else { return nil }
        if let known = lines[blob] { return known[index.id] }
        var found: [AuditEventID: AuditLine] = [:]
        for text in String(decoding: try repository.blob(blob), as: UTF8.self).split(separator: "\n") {
            guard let line = AuditLine(text: text), let id = AuditEventID(String(line.idText)) else { continue }
            found[id] = line
        }
        lines[blob] = found
        return found[index.id]
    }
}
