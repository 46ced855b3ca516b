public import GitStore
internal import WorkflowEngine

extension AuditReader {
    /// The segments of the audit that are in the repository: by clone, the earliest month first.
    public static func segments(in repository: Repository) throws -> [(segment: RecordSegment, tip: CommitID)] {
        try SegmentCatalog(.audit, in: repository).months.joined()
            .sorted { $0.segment.reference < $1.segment.reference }
            .map { ($0.segment, $0.tip) }
    }

    /// Gives the lines of a segment to `body` in the order of the chain, the earliest first; it returns whether to go on.
    ///
    /// Memory grows with the notes of some commits, not with the segment.
    public static func forEachLine(
        of segment: RecordSegment, at tip: CommitID, in repository: Repository,
        _ body: (AuditLine) throws -> Bool
    ) throws {
        var commits: [CommitID] = []
        var history = try SegmentHistory(of: tip, in: repository)
        while let batch = try history.next() { commits.append(batch.commit.id) }
        let notes = NotesTree(repository, root: try repository.links(of: tip).tree)
        var lines = NoteLines(repository, notes)
        for commit in commits.reversed() {
            for index in AuditIndexLine.all(in: try repository.commit(commit)) {
                guard let line = try lines.line(of: index.id, on: index.commit) else {
                    throw RecordsError(
                        .corrupt, "read audit", segment.reference, "the line of event \(index.id) is missing",
                        hint: "see its history: git log \(segment)")
                }
                guard try body(line) else { return }
            }
        }
    }
}

/// The lines of notes, read once for the many that stand in one.
private struct NoteLines {
    /// How many notes are kept in mind.
    private static let limit = 512

    private let repository: Repository
    private let notes: NotesTree
    private var known: [CommitID: [Substring: Substring]] = [:]

    init(_ repository: Repository, _ notes: NotesTree) {
        self.repository = repository
        self.notes = notes
    }

    mutating func line(of id: AuditEventID, on commit: CommitID) throws -> AuditLine? {
        if known[commit] == nil {
            guard let blob = try notes.note(for: commit.object) else { return nil }
            if known.count >= Self.limit { known.removeAll(keepingCapacity: true) }
            let lines = String(decoding: try repository.blob(blob), as: UTF8.self).split(separator: "\n")
            known[commit] = Dictionary(
                lines.map { ($0.dropFirst(AuditLine.idStart.utf8.count).prefix(26), $0) },
                uniquingKeysWith: { first, _ in first })
        }
        return known[commit]?[Substring(id.description)].flatMap { AuditLine(text: $0) }
    }
}

extension AuditLine {
    /// What every line begins with.
    static let idStart = "{\"id\":\""
}
