internal import GRDB
internal import GitStore

/// Brings the index up to date within one transaction.
struct IndexUpdate {
    let index: RecordIndex
    let database: Database
    var repository: Repository { index.repository }

    init(_ index: RecordIndex, _ database: Database) {
        self.index = index
        self.database = database
    }

    /// What the index is made from: the branch's tip and the tips of all segments.
    struct Sources {
        static let head = "HEAD"

        /// The tips by reference, as they are now.
        let tips: [String: CommitID]
        private let parts: Set<RecordIndex.Progress.Part>

        /// The sources of some parts.
        init(of repository: Repository, _ parts: Set<RecordIndex.Progress.Part>) throws {
            var tips: [String: CommitID] = [:]
            for kind in RecordSegment.Kind.allCases where parts.contains(kind.part) {
                for reference in try repository.references(matching: RecordSegment.prefix(kind)) {
                    guard RecordSegment(reference: reference.name) != nil, case .object(let tip) = reference.target
                    else {
                        continue
                    }
                    tips[reference.name] = CommitID(tip)
                }
            }
            // A shallow clone does not know its versions.
            if parts.contains(.history), !repository.isShallow, let tip = try repository.head.tip {
                tips[Self.head] = tip
            }
            self.tips = tips
            self.parts = parts
        }

        /// What the index has read of these parts.
        func known(in database: Database) throws -> [(reference: String, id: Int, tip: String)] {
            try Row.fetchAll(database, sql: "SELECT reference, id, tip FROM sources")
                .map {
                    try (
                        reference: $0.decode(forColumn: "reference"), id: $0.decode(forColumn: "id"),
                        tip: $0.decode(forColumn: "tip")
                    )
                }
                .filter { source in
                    parts.contains(RecordSegment(reference: source.reference)?.kind.part ?? .history)
                }
        }

        /// Whether the index has read other tips.
        func differ(from database: Database) throws -> Bool {
            let known = try known(in: database)
            return known.count != tips.count || known.contains { tips[$0.reference]?.description != $0.tip }
        }
    }

    func run(_ parts: Set<RecordIndex.Progress.Part>) throws {
        let sources = try Sources(of: repository, parts)
        // What goes comes first: what another source has of it, too, is to be read anew from there.
        var grown: [String: [NotesTree.Note]] = [:]
        for source in try sources.known(in: database) {
            guard let tip = sources.tips[source.reference] else {
                try forget(source.id, source.reference)
                continue
            }
            guard let segment = RecordSegment(reference: source.reference), source.tip != tip.description else {
                continue
            }
            grown[source.reference] = try CommitID(source.tip).flatMap { try additions(to: segment, from: $0, to: tip) }
            if grown[source.reference] == nil { try forget(source.id, source.reference) }
        }
        let known = Dictionary(
            try sources.known(in: database).map { ($0.reference, $0.tip) }, uniquingKeysWith: { $1 })
        if let tip = sources.tips[Sources.head], known[Sources.head] != tip.description {
            try HistoryIndexing(self).run(to: tip)
            _ = try keep(tip, of: Sources.head)
        }
        for (reference, tip) in sources.tips.sorted(by: { $0.key < $1.key }) {
            guard let segment = RecordSegment(reference: reference), known[reference] != tip.description else {
                continue
            }
            let new = known[reference] == nil ? nil : grown[reference]
            let id = try keep(tip, of: reference)
            let notes = try new ?? notes(at: tip).listed()
            switch segment.kind {
            case .runs: try RunIndexing(self, source: id).run(notes)
            case .audit: try AuditIndexing(self, source: id).run(notes)
            }
        }
    }

    private func notes(at tip: CommitID) throws -> NotesTree {
        NotesTree(repository, root: try repository.links(of: tip).tree)
    }

    /// The notes that came to a segment or got more lines. Nil where it is to be read anew: a commit that is gone, or that the
    /// segment no longer has, says it was rewritten; and sums can't be taken back from where somebody changed or removed a record.
    private func additions(
        to segment: RecordSegment, from old: CommitID, to tip: CommitID
    ) throws -> [NotesTree.Note]? {
        guard try repository.exists(old.object) && repository.isAncestor(old, of: tip) else { return nil }
        let changes = try notes(at: tip).changes(since: notes(at: old))
        for change in changes {
            guard let old = try change.old.map({ try repository.blob($0) }) else { continue }
            switch segment.kind {
            case .runs: if RunNote.isRecord(old) { return nil }
            case .audit:
                guard AuditNote.isAudit(old) else { continue }
                guard let new = change.new, try repository.blob(new).starts(with: old) else { return nil }
            }
        }
        return changes.compactMap { change in change.new.map { (change.target, $0) } }
    }

    private func keep(_ tip: CommitID, of reference: String) throws -> Int {
        try database.execute(
            sql: """
                INSERT INTO sources (reference, tip) VALUES (?, ?)
                ON CONFLICT (reference) DO UPDATE SET tip = excluded.tip
                """, arguments: [reference, tip.description])
        return try Int.fetchOne(database, sql: "SELECT id FROM sources WHERE reference = ?", arguments: [reference])
            ?? 0
    }

    /// Writes down that a source has what came from another one before.
    func keepDouble(_ id: String, of source: Int, in table: String) throws {
        try database.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO doubles (id, source)
                SELECT id, ?2 FROM \(table) WHERE id = ?1 AND source <> ?2
                """
        ).execute(arguments: [id, source])
    }

    /// Removes what came from a source that is gone or was rewritten, and all of those that have some of it, too.
    private func forget(_ source: Int, _ reference: String) throws {
        let heirs = try Row.fetchAll(
            database,
            sql: """
                SELECT id, reference FROM sources WHERE id IN (
                    SELECT d.source FROM doubles d JOIN runs r ON r.id = d.id WHERE r.source = ?1
                    UNION SELECT d.source FROM doubles d JOIN events e ON e.id = d.id WHERE e.source = ?1)
                """, arguments: [source])
        let tables =
            reference == Sources.head
            ? []
            : [
                "runs", "days", "version_days", "duration_days", "step_days", "error_days", "events", "audit_notes",
                "sealed_lines", "event_days", "texts", "doubles",
            ]
        for table in tables {
            try database.execute(sql: "DELETE FROM \(table) WHERE source = ?", arguments: [source])
        }
        if reference == Sources.head { try HistoryIndexing(self).clear() }
        try database.execute(sql: "DELETE FROM sources WHERE reference = ?", arguments: [reference])
        for heir in heirs { try forget(heir["id"], heir["reference"]) }
    }
}

extension RecordSegment.Kind {
    /// The part of the index that is made from segments of this kind.
    fileprivate var part: RecordIndex.Progress.Part {
        switch self {
        case .runs: .runs
        case .audit: .audit
        }
    }
}
