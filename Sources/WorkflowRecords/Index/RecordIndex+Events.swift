internal import GRDB
public import GitStore
public import WorkflowEngine
public import WorkflowLanguage

/// Which audit events are asked for; what is nil or empty lets everything through.
public struct AuditQuery: Hashable, Sendable {
    /// Only events of this workflow.
    public var workflow: WorkflowName?
    /// Only events of a person: the address, or a part of the name or address.
    public var user: String?
    /// Only events of these kinds.
    public var kinds: Set<AuditEventKind>
    /// Only events of this run.
    public var run: RunID?
    /// Only events at that time or later.
    public var since: Timestamp?
    /// Only events before that time.
    public var before: Timestamp?
    /// At most so many, the latest first.
    public var limit: Int
    /// Only events that come behind that one in a list.
    var behind: String?

    /// A query.
    public init(
        workflow: WorkflowName? = nil, user: String? = nil, kinds: Set<AuditEventKind> = [], run: RunID? = nil,
        since: Timestamp? = nil, before: Timestamp? = nil, limit: Int = 50
    ) {
        self.workflow = workflow
        self.user = user
        self.kinds = kinds
        self.run = run
        self.since = since
        self.before = before
        self.limit = limit
    }

    /// Whether an event that is not in git yet is asked for.
    public func matches(_ event: AuditEvent) -> Bool {
        if let workflow, event.workflow != workflow { return false }
        if let run, event.run != run { return false }
        if !kinds.isEmpty, !kinds.contains(event.kind) { return false }
        if let since, event.time < since { return false }
        if let before, event.time >= before { return false }
        guard let user = user?.lowercased() else { return true }
        return event.actor.name.lowercased().contains(user) || event.actor.email.lowercased().contains(user)
    }
}

/// An event and where its line is.
public struct StoredEvent: Sendable {
    /// The event.
    public let event: AuditEvent
    /// The line as stored, its hash chained to the one before; nil while the event waits to be put into git, and where a record
    /// tells it.
    public let line: AuditLine?
    /// The commit that the note is on.
    public let commit: CommitID?
    /// The segment that has it.
    public let segment: RecordSegment?
    /// Whether the event waits to be put into git.
    public let isWaiting: Bool

    /// An event that a run's record tells.
    public init(_ event: AuditEvent, toldBy run: RecordedRun?) {
        self.event = event
        line = nil
        commit = run?.commit
        segment = run?.segment
        isWaiting = false
    }

    /// An event that waits.
    public init(waiting entry: AuditLog.Entry) {
        isWaiting = true
        event = entry.event
        line = nil
        commit = entry.commit
        segment = nil
    }

    init(event: AuditEvent, line: AuditLine, commit: CommitID, segment: RecordSegment) {
        isWaiting = false
        self.event = event
        self.line = line
        self.commit = commit
        self.segment = segment
    }
}

/// How often somebody did what.
public struct AuditCount: Hashable, Sendable {
    /// The person's name.
    public let name: String
    /// The person's address.
    public let email: String
    /// The kind of event.
    public let kind: String
    /// How often.
    public let count: Int
    /// When last.
    public let last: Timestamp
}

extension AuditCount {
    /// Counts that take in further events.
    public static func united(_ counts: [AuditCount], with events: [AuditEvent]) -> [AuditCount] {
        var groups: [[String]: AuditCount] = [:]
        let new = events.map {
            AuditCount(name: $0.actor.name, email: $0.actor.email, kind: $0.kind.rawValue, count: 1, last: $0.time)
        }
        for count in counts + new {
            let key = [count.name, count.email, count.kind]
            let known = groups[key]
            groups[key] = AuditCount(
                name: count.name, email: count.email, kind: count.kind, count: count.count + (known?.count ?? 0),
                last: max(count.last, known?.last ?? count.last))
        }
        return groups.values.sorted { ($1.count, $0.kind, $0.name) < ($0.count, $1.kind, $1.name) }
    }
}

extension RecordIndex {
    /// Audit events of all clones whose audit is here, the latest first.
    public func events(_ query: AuditQuery) throws -> [StoredEvent] {
        try read { database in
            let lines = EventLines(repository)
            return try rows(of: query, database) { try lines.event($0) }
        }
    }

    /// The same as a list shows them. Lines are read only where the index does not have what is shown, as of sealed ones.
    public func listedEvents(_ query: AuditQuery) throws -> [ListedEvent] {
        try read { database in
            let lines = EventLines(repository)
            return try rows(of: query, database) { try ListedEvent($0) ?? lines.event($0).map(ListedEvent.init) }
        }
    }

    /// Gives the same as ``events(_:)`` to `body` one by one, so that of many events few are in memory. Who writes meanwhile does not
    /// wait, and what is written meanwhile is left out.
    public func forEachEvent(_ query: AuditQuery, _ body: (StoredEvent) throws -> Void) throws {
        var query = query
        var left = query.limit
        while left > 0 {
            query.limit = min(left, Self.pieceLength)
            let piece = try read { database in
                let lines = EventLines(repository)
                return try rows(of: query, database) { row in
                    (id: try row.decode(forColumn: "id") as String, event: try lines.event(row))
                }
            }
            for case let event? in piece.map(\.event) { try body(event) }
            guard piece.count == query.limit, let last = piece.last else { return }
            left -= piece.count
            query.behind = last.id
        }
    }

    private func rows<Event>(
        of query: AuditQuery, _ database: Database, _ event: (Row) throws -> Event?
    ) throws -> [Event] {
        let clause = Self.clause(of: query)
        let rows = try Row.fetchCursor(
            database, sql: "\(Self.selectEvents) \(clause.sql) ORDER BY e.id DESC LIMIT ?",
            arguments: clause.arguments + [max(0, query.limit)])
        var events: [Event] = []
        while let row = try rows.next() {
            if let event = try event(row) { events.append(event) }
        }
        return events
    }

    private static let selectEvents = """
        SELECT e.*, s.reference, n.commit_id, n.blob
        FROM events e JOIN sources s ON s.id = e.source JOIN audit_notes n ON n.id = e.note
        """

    /// The event of an id, or the only one whose id begins, or else ends, with a text; nil where there is none or several.
    public func event(_ text: String) throws -> StoredEvent? {
        guard text.utf8.count >= 4 else { return nil }
        return try read { database in
            let rows = try Self.rows(Self.selectEvents, where: "e.id", isAbbreviatedTo: text, limit: 2, database)
            return rows.count == 1 ? try rows.first.flatMap { try EventLines(repository).event($0) } : nil
        }
    }

    /// Whether an event is in git.
    public func has(_ event: AuditEventID) throws -> Bool {
        try read { database in
            try Bool.fetchOne(
                database.cachedStatement(sql: "SELECT 1 FROM events WHERE id = ?"), arguments: [event.description])
                ?? false
        }
    }

    /// How often each person did what. Of whole days (UTC) and all workflows the sums of the days are read, not the events.
    public func eventCounts(_ query: AuditQuery) throws -> [AuditCount] {
        try read { database in
            let sql: String
            let clause: Clause
            if let days = Self.daysClause(of: query) {
                clause = days
                sql = "SELECT name, email, event, sum(events) AS count, max(last) AS last FROM event_days \(clause.sql)"
            } else {
                clause = Self.clause(of: query)
                sql = "SELECT name, email, event, count(*) AS count, max(id) AS last FROM events e \(clause.sql)"
            }
            return try Row.fetchAll(
                database, sql: sql + " GROUP BY email, name, event ORDER BY count DESC, event",
                arguments: clause.arguments
            ).compactMap { row in
                guard let last = try AuditEventID(row.decode(forColumn: "last") as String)?.time else { return nil }
                return try AuditCount(
                    name: row.decode(forColumn: "name"), email: row.decode(forColumn: "email"),
                    kind: row.decode(forColumn: "event"), count: row.decode(forColumn: "count"), last: last)
            }
        }
    }

    /// The conditions on days; nil where the query asks for less than whole days or for one workflow or run.
    private static func daysClause(of query: AuditQuery) -> Clause? {
        let length = 86_400_000
        guard query.workflow == nil, query.run == nil,
            [query.since, query.before].allSatisfy({ ($0?.milliseconds ?? 0).isMultiple(of: length) })
        else { return nil }
        var clause = Clause()
        clause.add("day >= ?", query.since.map { $0.milliseconds / length })
        clause.add("day < ?", query.before.map { $0.milliseconds / length })
        clause.add("event", in: query.kinds.map(\.rawValue).sorted())
        clause.add(
            "email IN (SELECT email FROM people WHERE instr(lower(name || ' ' || email), ?))", query.user?.lowercased())
        return clause
    }

    private static func clause(of query: AuditQuery) -> Clause {
        var clause = Clause()
        clause.add("e.workflow = ?", query.workflow?.description)
        clause.add("e.run = ?", query.run?.description)
        clause.add("e.event", in: query.kinds.map(\.rawValue).sorted())
        // People are few, events are many: who is meant is found first.
        clause.add(
            "e.email IN (SELECT email FROM people WHERE instr(lower(name || ' ' || email), ?))",
            query.user?.lowercased())
        clause.add("e.id < ?", query.behind)
        clause.add("e.id >= ?", query.since.flatMap(firstID))
        clause.add("e.id < ?", query.before.flatMap(firstID))
        return clause
    }
}
