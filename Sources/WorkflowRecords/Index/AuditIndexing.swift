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
                INSERT OR IGNORE INTO events (id, source, event, workflow, version, run, name, email, origin, commit_id)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        insertSealed = try update.database.cachedStatement(
            sql: "INSERT OR IGNORE INTO sealed_lines (id, source) VALUES (?, ?)")
        text = try update.database.cachedStatement(
            sql: "INSERT INTO texts (text, kind, subject, workflow, time, source) VALUES (?, 'event', ?, ?, ?, ?)")
    }

    /// Adds the events that came to the segment after `old`, or all of them where nothing of it has been read.
    func run(from old: CommitID?, to tip: CommitID) throws {
        let notes = NotesTree(repository, root: try repository.links(of: tip).tree)
        let found =
            try old.map { old in
                try commits(from: old, to: tip).compactMap { commit in
                    try notes.note(for: commit.object).map { (commit.object, $0) }
                }
            } ?? notes.listed()
        let keys = try SubjectKeys(of: repository)
        try ObjectPipeline.run(
            found, of: repository, as: .blob, object: { $0.note.object }, parse: { Self.parsed($0.target, $1, keys) },
            take: { note in
                for id in note.sealed { try insertSealed.execute(arguments: [id, source]) }
                for event in note.events where try add(event, on: note.target) {
                    written += 1
                    if written.isMultiple(of: 1000) { update.index.progress(.init(part: .audit, done: written)) }
                }
            })
        try writeSums()
        if written > 0 { update.index.progress(.init(part: .audit, done: written)) }
    }

    private static func parsed(_ target: ObjectID, _ note: [UInt8], _ keys: SubjectKeys) -> IndexedNote? {
        guard AuditNote.isAudit(note) else { return nil }
        var indexed = IndexedNote(target: target)
        var start = note.startIndex
        while start < note.endIndex {
            let end = note[start...].firstIndex(of: 0x0A) ?? note.endIndex
            indexed.add(note, start..<end, keys)
            start = end + 1
        }
        return indexed
    }

    /// The commits whose notes got lines between two tips, each once.
    private func commits(from old: CommitID, to tip: CommitID) throws -> Set<CommitID> {
        var found: Set<CommitID> = []
        let walk = try repository.commits(from: tip, hiding: [old])
        while let id = try walk.next() {
            found.formUnion(AuditIndexLine.all(in: try repository.commit(id)).map(\.commit))
        }
        return found
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
    private func add(_ event: IndexedEvent, on target: ObjectID) throws -> Bool {
        try insert.execute(arguments: [
            event.id, source, event.kind, event.workflow, event.version, event.run, event.name, event.email,
            event.origin, target.description,
        ])
        guard update.database.changesCount > 0 else { return false }
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
    var events: [IndexedEvent] = []
    /// The ids of lines whose key is not here; they say nothing that could be asked for.
    var sealed: [String] = []

    init(target: ObjectID) { self.target = target }

    mutating func add(_ note: [UInt8], _ line: Range<Int>, _ keys: SubjectKeys) {
        guard AuditLine.isSealed(note[line]) else {
            if let event = IndexedEvent(in: note, line) { events.append(event) }
            return
        }
        if let opened = AuditLine.opened(Array(note[line]), with: keys) {
            if let event = IndexedEvent(in: opened, opened.indices) { events.append(event) }
        } else if let id = AuditLine.id(in: note[line]) {
            sealed.append(id)
        }
    }
}

/// What the index keeps of an audit line.
private struct IndexedEvent: Sendable {
    var id = ""
    var time: Int?
    var kind = ""
    var workflow: String?
    var version: Int?
    var run: String?
    var name = ""
    var email = ""
    var origin = ""
    /// What people wrote: reasons, notes.
    var words: [String] = []

    /// nil where the line has not the form of one.
    init?(in text: [UInt8], _ line: Range<Int>) {
        var cursor = JSONCursor(text, in: line)
        do {
            try cursor.forEachKey { cursor, key in try read(key, &cursor) }
        } catch {
            return nil
        }
        guard id.utf8.count == 26, !kind.isEmpty else { return nil }
    }

    private mutating func read(_ key: String, _ cursor: inout JSONCursor) throws {
        switch key {
        case "id": id = try cursor.string() ?? ""
        case "time": time = try cursor.string().flatMap(IndexedRun.milliseconds)
        case "event": kind = try cursor.string() ?? ""
        case "workflow": workflow = try cursor.string()
        case "version": version = try cursor.integer()
        case "run": run = try cursor.string()
        case "actor":
            try cursor.forEachKey { cursor, key in
                switch key {
                case "name": name = try cursor.string() ?? ""
                case "email": email = try cursor.string() ?? ""
                default: try cursor.skip()
                }
            }
        case "source":
            try cursor.forEachKey { cursor, key in
                if key == "name" { origin = try cursor.string() ?? "" } else { try cursor.skip() }
            }
        case "details":
            try cursor.forEachKey { cursor, key in
                switch key {
                case "reason", "text", "why", "first": if let text = try cursor.string() { words.append(text) }
                default: try cursor.skip()
                }
            }
        default: try cursor.skip()
        }
    }
}
