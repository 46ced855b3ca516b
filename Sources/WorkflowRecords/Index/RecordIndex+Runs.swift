internal import GRDB
public import GitStore
public import WorkflowEngine
public import WorkflowLanguage

/// Which recorded runs are asked for; what is nil or empty lets everything through.
public struct RecordedRunQuery: Hashable, Sendable {
    /// Only runs of this workflow.
    public var workflow: WorkflowName?
    /// Only runs of this version of it.
    public var version: Int?
    /// Only runs of this very file: another branch has another version of the same number.
    public var definition: BlobID?
    /// Only runs that ended like this.
    public var statuses: Set<RunStatus>
    /// Only runs that were submitted at that time or later.
    public var since: Timestamp?
    /// Only runs that were submitted before that time.
    public var before: Timestamp?
    /// Only runs that ended at that time or later.
    public var endedSince: Timestamp?
    /// At most so many, the latest first.
    public var limit: Int
    /// How many of the latest are passed over.
    public var offset: Int
    /// Only runs that come behind that one in a list.
    var behind: RunID?

    /// A query.
    public init(
        workflow: WorkflowName? = nil, version: Int? = nil, definition: BlobID? = nil, statuses: Set<RunStatus> = [],
        since: Timestamp? = nil, before: Timestamp? = nil, endedSince: Timestamp? = nil, limit: Int = 100,
        offset: Int = 0
    ) {
        self.workflow = workflow
        self.version = version
        self.definition = definition
        self.statuses = statuses
        self.since = since
        self.before = before
        self.endedSince = endedSince
        self.limit = limit
        self.offset = offset
    }
}

/// A recorded run as the index has it.
public struct RunOverview: Hashable, Sendable {
    /// The run.
    public let run: RunID
    /// Its workflow, version, status, trigger, end and duration.
    public let recorded: RecordedRun
    /// The commit that ran.
    public let commit: CommitID
    /// On whose behalf it went.
    public let actor: String
    /// When it was submitted.
    public let queued: Timestamp
    /// When it began; nil where it never did.
    public let started: Timestamp?
    /// How long it took; nil where it never began.
    public let duration: Duration?
    /// Why it failed: the step, the class and the message.
    public let error: RunFailure?
}

extension RecordIndex {
    /// Recorded runs of all clones whose records are here, the latest submitted first.
    public func runs(_ query: RecordedRunQuery) throws -> [RunOverview] {
        var clause = Clause()
        clause.add("r.workflow = (SELECT id FROM workflows WHERE name = ?)", query.workflow?.description)
        clause.add("r.version = ?", query.version)
        clause.add("r.definition = (SELECT id FROM definitions WHERE blob = ?)", query.definition?.description)
        clause.add("r.status", in: query.statuses.map(\.rawValue).sorted())
        // The id begins with the time of submission.
        clause.add("r.id >= ?", query.since.flatMap(Self.firstID))
        clause.add("r.id < ?", query.before.flatMap(Self.firstID))
        clause.add("r.ended >= ?", query.endedSince?.milliseconds)
        clause.add("r.id < ?", query.behind?.description)
        return try read { database in
            // Row by row: one that is kept compares a column's name with all names, in lower case.
            let rows = try Row.fetchCursor(
                database, sql: "\(Self.selectRuns) \(clause.sql) ORDER BY r.id DESC LIMIT ? OFFSET ?",
                arguments: clause.arguments + [max(0, query.limit), max(0, query.offset)])
            return try Array(rows.compactMap(Self.overview))
        }
    }

    /// Gives the same to `body` one by one, so that of many runs few are in memory. Who records meanwhile does not wait, and what is
    /// recorded meanwhile is left out.
    public func forEachRun(_ query: RecordedRunQuery, _ body: (RunOverview) throws -> Void) throws {
        var query = query
        var left = query.limit
        while left > 0 {
            query.limit = min(left, Self.pieceLength)
            let piece = try runs(query)
            for run in piece { try body(run) }
            guard let last = piece.last else { return }
            left -= piece.count
            (query.behind, query.offset) = (last.run, 0)
        }
    }

    /// So many rows of a long list are in memory at a time.
    static let pieceLength = 256

    /// A recorded run; nil where none of that id is here.
    public func run(_ id: RunID) throws -> RunOverview? {
        try read { database in
            try Row.fetchOne(database, sql: "\(Self.selectRuns) WHERE r.id = ?", arguments: [id.description])
                .flatMap(Self.overview)
        }
    }

    /// The latest run of each workflow.
    public func latestRuns() throws -> [WorkflowName: RunOverview] {
        try read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    \(Self.selectRuns)
                    WHERE r.id IN (SELECT (SELECT max(id) FROM runs WHERE workflow = workflows.id) FROM workflows)
                    """)
            var latest: [WorkflowName: RunOverview] = [:]
            while let row = try rows.next() {
                if let run = try Self.overview(row) { latest[run.recorded.summary.workflow] = run }
            }
            return latest
        }
    }

    /// The latest run of a workflow that succeeded before another one was submitted.
    public func lastSuccess(of workflow: WorkflowName, before run: RunID) throws -> RunOverview? {
        try read { database in
            try Row.fetchOne(
                database,
                sql: """
                    \(Self.selectRuns) WHERE r.workflow = (SELECT id FROM workflows WHERE name = ?)
                        AND r.status = 'succeeded' AND r.id < ?
                    ORDER BY r.id DESC LIMIT 1
                    """, arguments: [workflow.description, run.description]
            ).flatMap(Self.overview)
        }
    }

    /// The ids of recorded runs that begin with a text, or else end with it, the latest first.
    public func runs(abbreviated text: String, limit: Int = 2) throws -> [RunID] {
        try read { database in
            try Self.rows("SELECT id FROM runs", where: "id", isAbbreviatedTo: text, limit: limit, database)
                .compactMap { try RunID($0.decode(forColumn: "id") as String) }
        }
    }

    /// The smallest id that a run submitted at a moment may have.
    static func firstID(at moment: Timestamp) -> String? {
        AuditEventID(at: Timestamp(milliseconds: max(0, moment.milliseconds)), derivedFrom: "")
            .map { String($0.description.prefix(10)) }
    }

    private static let selectRuns = """
        SELECT r.*, w.name, s.reference FROM runs r JOIN workflows w ON w.id = r.workflow JOIN sources s ON s.id = r.source
        """

    private static func overview(_ row: Row) throws -> RunOverview? {
        let number: Int? = try row.decode(forColumn: "version")
        let isUncommitted: Bool = try row.decode(forColumn: "uncommitted")
        guard let run = try RunID(row.decode(forColumn: "id") as String),
            let name = try WorkflowName(row.decode(forColumn: "name") as String),
            let status = try RunStatus(rawValue: row.decode(forColumn: "status")),
            let segment = try RecordSegment(reference: row.decode(forColumn: "reference")),
            let commit = try CommitID(row.decode(forColumn: "commit_id") as String),
            let runCommit = try CommitID(row.decode(forColumn: "run_commit") as String)
        else { return nil }
        let duration = try (row.decode(forColumn: "duration") as Int?).map { Duration.milliseconds($0) }
        let summary = try RunSummary(
            run: run, workflow: name, version: isUncommitted ? .worktree : number.map { .number($0) } ?? .unknown,
            status: status, trigger: row.decode(forColumn: "trigger"),
            ended: Timestamp(milliseconds: row.decode(forColumn: "ended")), duration: duration)
        var failure: RunFailure?
        if let kind: String = try row.decode(forColumn: "error_class") {
            failure = try RunFailure(
                step: (row.decode(forColumn: "error_step") as String?).flatMap { StepID($0) },
                error: StepError(kind, row.decode(forColumn: "error_message") ?? ""))
        }
        return try RunOverview(
            run: run,
            recorded: RecordedRun(
                summary: summary, commit: runCommit, segment: segment,
                note: BlobID(row.decode(forColumn: "note") as String)),
            commit: commit,
            actor: row.decode(forColumn: "actor"), queued: Timestamp(milliseconds: row.decode(forColumn: "queued")),
            started: (row.decode(forColumn: "started") as Int?).map(Timestamp.init(milliseconds:)), duration: duration,
            error: failure)
    }
}

extension RunSummary {
    init(
        run: RunID, workflow: WorkflowName, version: RanVersion, status: RunStatus, trigger: String, ended: Timestamp,
        duration: Duration?
    ) {
        self.run = run
        self.workflow = workflow
        self.version = version
        self.status = status
        self.trigger = trigger
        self.ended = ended
        self.duration = duration?.shortText ?? "-"
    }
}

/// Conditions that a query's rows meet, all of them; what is not asked for adds none.
struct Clause {
    private var conditions: [String] = []
    private(set) var arguments = StatementArguments()

    mutating func add(_ condition: String, _ value: (some DatabaseValueConvertible)?) {
        guard let value else { return }
        conditions.append(condition)
        arguments += [value]
    }

    mutating func add(_ condition: String) { conditions.append(condition) }

    mutating func add(_ column: String, in values: [String]) {
        guard !values.isEmpty else { return }
        conditions.append("\(column) IN (\(values.map { _ in "?" }.joined(separator: ", ")))")
        arguments += StatementArguments(values)
    }

    /// `WHERE …`, or nothing.
    var sql: String { conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ") }
}
