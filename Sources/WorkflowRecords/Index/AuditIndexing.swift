internal import DocumentTree
internal import GRDB
internal import GitStore

/// Reads the audit lines of a segment into the index. The lines themselves stay in git; the index knows where they are.
final class AuditIndexing {
    private let update: IndexUpdate
    private let source: Int
    private var written = 0
    private var sums: [SumKey: (events: Int, last: String)] = [:]
    private let insert: Statement
    private let insertNote: Statement
    private let insertSealed: Statement
    private let text: Statement

    private struct SumKey: Hashable {
        var day: Int
        var event: String
        var email: String
        var name: String
    }

    private var repository: Repository { update.repository }

    init(_ update: IndexUpdate, source: Int) throws {
        self.update = update
        self.source = source
        insert = try update.database.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO events
                    (id, source, time, event, workflow, version, run, name, email, origin, remark, note)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        insertNote = try update.database.cachedStatement(
            sql: "INSERT INTO audit_notes (source, commit_id, blob) VALUES (?, ?, ?)")
        insertSealed = try update.database.cachedStatement(
            sql: "INSERT OR IGNORE INTO sealed_lines (id, source) VALUES (?, ?)")
        text = try update.database.cachedStatement(
            sql: "INSERT INTO texts (text, kind, subject, workflow, time, source) VALUES (?, 'event', ?, ?, ?, ?)")
    }

    /// Adds the events of some notes of the segment, where they are not there yet.
    func run(_ notes: [NotesTree.Note]) throws {
        let keys = try SubjectKeys(of: repository)
        try ObjectPipeline.run(
            notes, of: repository, as: .blob, object: { $0.note.object }, parse: { IndexedNote($0, $1, keys) },
            take: add)
        try writeSums()
        if written > 0 { update.index.progress(.init(part: .audit, done: written)) }
    }

    private func add(_ note: IndexedNote) throws {
        for id in note.sealed { try insertSealed.execute(arguments: [id, source]) }
        guard !note.events.isEmpty else { return }
        try insertNote.execute(arguments: [source, note.target.description, note.blob.description])
        let number = update.database.lastInsertedRowID
        for event in note.events where try add(event, in: number) {
            written += 1
            if written.isMultiple(of: 1000) { update.index.progress(.init(part: .audit, done: written)) }
        }
    }

    private func sumUp(_ event: IndexedEvent) throws {
        let key = SumKey(
            day: (event.time ?? 0).flooredQuotient(by: 86_400_000), event: event.kind, email: event.email,
            name: event.name)
        guard let known = sums[key] else {
            sums[key] = (1, event.id)
            return
        }
        sums[key] = (known.events + 1, max(known.last, event.id))
    }

    private func writeSums() throws {
        let insert = try update.database.cachedStatement(
            sql: """
                INSERT INTO event_days (day, event, email, name, source, events, last) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET events = events + excluded.events, last = max(last, excluded.last)
                """)
        let person = try update.database.cachedStatement(
            sql: "INSERT OR IGNORE INTO people (email, name) VALUES (?, ?)")
        for (key, sum) in sums {
            try person.execute(arguments: [key.email, key.name])
            try insert.execute(arguments: [key.day, key.event, key.email, key.name, source, sum.events, sum.last])
        }
        sums = [:]
    }

    /// - Returns: whether the event was not there yet.
    private func add(_ event: IndexedEvent, in note: Int64) throws -> Bool {
        try insert.execute(arguments: [
            event.id, source, event.time, event.kind, event.workflow, event.version, event.run, event.name, event.email,
            event.origin, event.remark, note,
        ])
        guard update.database.changesCount > 0 else {
            try update.keepDouble(event.id, of: source, in: "events")
            return false
        }
        try sumUp(event)
        if !event.words.isEmpty {
            try text.execute(arguments: [
                event.words.joined(separator: "\n"), event.id, event.workflow, event.time ?? 0, source,
            ])
        }
        return true
    }
}

/// What the index keeps of a note.
private struct IndexedNote: Sendable {
    let target: ObjectID
    let blob: BlobID
    var events: [IndexedEvent] = []
    /// The ids of lines whose key is not here; they say nothing that could be asked for.
    var sealed: [String] = []

    /// nil where the note holds no audit lines.
    init?(_ note: NotesTree.Note, _ bytes: [UInt8], _ keys: SubjectKeys) {
        guard AuditNote.isAudit(bytes) else { return nil }
        target = note.target
        blob = note.note
        var start = bytes.startIndex
        while start < bytes.endIndex {
            let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.endIndex
            add(bytes, start..<end, keys)
            start = end + 1
        }
    }

    private mutating func add(_ note: [UInt8], _ line: Range<Int>, _ keys: SubjectKeys) {
        guard AuditLine.isSealed(note[line]) else {
            if let event = IndexedEvent(in: note, line, isSealed: false) { events.append(event) }
            return
        }
        if let opened = AuditLine.opened(Array(note[line]), with: keys) {
            if let event = IndexedEvent(in: opened, opened.indices, isSealed: true) { events.append(event) }
        } else if let id = AuditLine.id(in: note[line]) {
            sealed.append(id)
        }
    }
}
