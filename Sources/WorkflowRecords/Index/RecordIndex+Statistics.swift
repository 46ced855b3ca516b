internal import FoundationEssentials
internal import GRDB
internal import GitStore
internal import WorkflowHistory
public import WorkflowLanguage

extension RecordIndex {
    private static let sums = """
        coalesce(sum(runs), 0) AS runs,
        coalesce(sum(runs) FILTER (WHERE status = 'succeeded'), 0) AS succeeded,
        coalesce(sum(runs) FILTER (WHERE status = 'cancelled'), 0) AS cancelled,
        coalesce(sum(duration), 0) AS duration, coalesce(sum(timed), 0) AS timed
        """

    private static func totals(_ row: Row) throws -> RunTotals {
        try RunTotals(
            runs: row.decode(forColumn: "runs"), succeeded: row.decode(forColumn: "succeeded"),
            cancelled: row.decode(forColumn: "cancelled"), duration: row.decode(forColumn: "duration"),
            timed: row.decode(forColumn: "timed"))
    }

    /// Rows of some days. Tables that begin with the workflow are looked up for each one where all are asked for.
    private static func clause(_ days: DayRange, _ workflow: WorkflowName?, beginsWithDay: Bool = false) -> Clause {
        var clause = Clause()
        clause.add("day >= ?", days.first)
        clause.add("day <= ?", days.last)
        if let workflow {
            clause.add("workflow = (SELECT id FROM workflows WHERE name = ?)", workflow.description)
        } else if !beginsWithDay {
            clause.add("workflow IN (SELECT id FROM workflows)")
        }
        return clause
    }

    /// The sums of days, and their conditions: of all workflows, or by version of one.
    private static func sums(_ days: DayRange, _ workflow: WorkflowName?) -> (table: String, clause: Clause) {
        (workflow == nil ? "days" : "version_days", clause(days, workflow, beginsWithDay: workflow == nil))
    }

    /// All runs of some days; those of one workflow where one is named.
    public func totals(_ days: DayRange, of workflow: WorkflowName? = nil) throws -> RunTotals {
        let (table, clause) = Self.sums(days, workflow)
        return try read { database in
            try Row.fetchOne(
                database, sql: "SELECT \(Self.sums) FROM \(table) \(clause.sql)", arguments: clause.arguments
            )
            .map(Self.totals) ?? RunTotals()
        }
    }

    /// The runs of each day that has any, the earliest first; the name is the day since 1970.
    public func totalsByDay(_ days: DayRange, of workflow: WorkflowName? = nil) throws -> [NamedTotals<Int>] {
        let (table, clause) = Self.sums(days, workflow)
        return try read { database in
            try Row.fetchAll(
                database, sql: "SELECT day, \(Self.sums) FROM \(table) \(clause.sql) GROUP BY day ORDER BY day",
                arguments: clause.arguments
            ).map { try NamedTotals(name: $0.decode(forColumn: "day"), totals: Self.totals($0)) }
        }
    }

    /// The runs of each workflow that has any, the most active first.
    public func totalsByWorkflow(_ days: DayRange, limit: Int, offset: Int = 0) throws -> [NamedTotals<String>] {
        let (table, clause) = Self.sums(days, nil)
        return try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT (SELECT name FROM workflows WHERE id = workflow) AS name, \(Self.sums) FROM \(table) \(clause.sql)
                    GROUP BY workflow ORDER BY runs DESC, name LIMIT ? OFFSET ?
                    """, arguments: clause.arguments + [limit, offset]
            ).map { try NamedTotals(name: $0.decode(forColumn: "name"), totals: Self.totals($0)) }
        }
    }

    /// The runs of each version of a workflow, the latest first.
    public func totalsByVersion(
        _ days: DayRange, of workflow: WorkflowName, limit: Int = .max, offset: Int = 0
    ) throws -> [VersionTotals] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT version, \(Self.sums),
                        (version, definition) IN (\(Self.versionsOnHistory)) OR NOT EXISTS (SELECT 1 FROM chain) AS here
                    FROM version_days
                    WHERE workflow = (SELECT id FROM workflows WHERE name = ?1) AND day BETWEEN ?2 AND ?3
                    GROUP BY version, here ORDER BY version DESC, here DESC LIMIT ?4 OFFSET ?5
                    """, arguments: [workflow.description, days.first, days.last, limit, offset]
            ).map { row in
                let number: Int = try row.decode(forColumn: "version")
                return try VersionTotals(
                    version: number > 0 ? .number(number) : number == 0 ? .worktree : .unknown,
                    isOnHistory: row.decode(forColumn: "here"), totals: Self.totals(row))
            }
        }
    }

    /// How many workflows there are at HEAD, and how many ran in some days.
    public func workflowCounts(_ days: DayRange) throws -> (present: Int, active: Int) {
        try read { database in
            let present =
                repository.isShallow
                ? try WorkflowRepository(repository).workflows(in: headTree).files.count
                : try Int.fetchOne(
                    database,
                    // From one name to the next, so that the number of versions costs nothing.
                    sql: """
                        WITH RECURSIVE names (name) AS (
                            SELECT min(workflow) FROM versions
                            UNION ALL
                            SELECT (SELECT min(workflow) FROM versions WHERE workflow > name) FROM names
                            WHERE name IS NOT NULL)
                        SELECT count(*) FROM names WHERE (
                            SELECT change FROM versions WHERE workflow = name ORDER BY position DESC LIMIT 1) <> 'deleted'
                        """) ?? 0
            let active =
                try Int.fetchOne(
                    database, sql: "SELECT count(DISTINCT workflow) FROM days WHERE day BETWEEN ? AND ?",
                    arguments: [days.first, days.last]) ?? 0
            return (present, active)
        }
    }

    /// How long the runs of a workflow took; nil where none has a duration.
    public func durations(_ days: DayRange, of workflow: WorkflowName) throws -> DurationSpread? {
        try read { database in
            let clause = Self.clause(days, workflow)
            let rows = try Data.fetchAll(
                database, sql: "SELECT sketch FROM duration_days \(clause.sql)", arguments: clause.arguments)
            return DurationSpread(
                .united(
                    try rows.map { row in
                        guard let sketch = DurationSketch(bytes: Array(row)) else {
                            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "durations have another form")
                        }
                        return sketch
                    }))
        }
    }

    /// How the steps fared, those that failed most first.
    ///
    /// - Parameter onlyFailing: whether steps that never failed nor were tried again are left out.
    public func steps(
        _ days: DayRange, of workflow: WorkflowName? = nil, step: String? = nil, onlyFailing: Bool = true,
        limit: Int = .max, offset: Int = 0
    ) throws -> [StepTotals] {
        var clause = Self.clause(days, workflow)
        clause.add("step = ?", step)
        return try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT (SELECT name FROM workflows WHERE id = workflow) AS name, step, sum(runs) AS runs,
                        sum(failed) AS failed, sum(retried) AS retried, sum(recovered) AS recovered,
                        sum(duration) AS duration
                    FROM step_days \(clause.sql) GROUP BY workflow, step
                    \(onlyFailing ? "HAVING sum(failed) + sum(retried) > 0" : "")
                    ORDER BY failed DESC, retried DESC, name, step LIMIT ? OFFSET ?
                    """, arguments: clause.arguments + [limit, offset]
            ).map { row in
                let runs: Int = try row.decode(forColumn: "runs")
                return try StepTotals(
                    workflow: row.decode(forColumn: "name"), step: row.decode(forColumn: "step"), runs: runs,
                    failed: row.decode(forColumn: "failed"),
                    retried: row.decode(forColumn: "retried"),
                    recovered: row.decode(forColumn: "recovered"),
                    meanDuration: runs == 0 ? nil : (row.decode(forColumn: "duration") as Int) / runs)
            }
        }
    }

    /// How often errors of each class happened, the most frequent first.
    public func errors(
        _ days: DayRange, of workflow: WorkflowName? = nil, step: String? = nil, limit: Int = .max, offset: Int = 0
    ) throws -> [ErrorTotals] {
        var clause = Self.clause(days, workflow)
        clause.add("step = ?", step)
        return try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT class, sum(attempts) AS attempts, sum(failed) AS failed, sum(recovered) AS recovered
                    FROM error_days \(clause.sql) GROUP BY class ORDER BY attempts DESC, class LIMIT ? OFFSET ?
                    """, arguments: clause.arguments + [limit, offset]
            ).map {
                try ErrorTotals(
                    kind: $0.decode(forColumn: "class"), attempts: $0.decode(forColumn: "attempts"),
                    failed: $0.decode(forColumn: "failed"), recovered: $0.decode(forColumn: "recovered"))
            }
        }
    }

    /// By what saves are told apart.
    public enum ChangeGrouping: Sendable {
        /// By workflow, by author, by day (UTC) or by kind.
        case workflow, author, day, kind
    }

    /// How often was saved, by workflow, author or kind the most first, by day the earliest first.
    public func changes(
        _ days: DayRange, by grouping: ChangeGrouping, of workflow: WorkflowName? = nil, limit: Int = .max,
        offset: Int = 0
    ) throws -> [ChangeTotals] {
        let (key, order) =
            switch grouping {
            case .workflow: ("workflow", "versions DESC, name")
            case .author: ("author || ' <' || email || '>'", "versions DESC, name")
            case .day: ("date(time, 'unixepoch')", "name")
            case .kind: ("kind", "versions DESC, name")
            }
        var clause = Clause()
        clause.add("time >= ?", days.first * 86_400)
        clause.add("time < ?", (days.last + 1) * 86_400)
        clause.add("workflow = ?", workflow?.description)
        return try read { database in
            // A renaming is one change: the end of the old name is none besides.
            try Row.fetchAll(
                database,
                sql: """
                    SELECT \(key) AS name, count(*) AS versions, max(time) AS last,
                        count(*) FILTER (WHERE kind IN ('rolled back', 'reverted')) AS undone
                    FROM versions \(clause.sql) AND (change <> 'deleted' OR other IS NULL) GROUP BY 1 ORDER BY \(order) LIMIT ? OFFSET ?
                    """, arguments: clause.arguments + [limit, offset]
            ).map {
                try ChangeTotals(
                    name: $0.decode(forColumn: "name"), versions: $0.decode(forColumn: "versions"),
                    undone: $0.decode(forColumn: "undone"), last: $0.decode(forColumn: "last"))
            }
        }
    }

    /// What each segment holds, the latest month first.
    public func segments() throws -> [SegmentTotals] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT reference, coalesce(r.runs, 0) AS runs, coalesce(r.bytes, 0) AS bytes,
                        coalesce(e.events, 0) AS events
                    FROM sources s
                    LEFT JOIN (SELECT source, sum(runs) AS runs, sum(bytes) AS bytes FROM days GROUP BY source) r
                        ON r.source = s.id
                    LEFT JOIN (SELECT source, sum(events) AS events FROM event_days GROUP BY source) e
                        ON e.source = s.id
                    """
            ).compactMap { row in
                guard let segment = try RecordSegment(reference: row.decode(forColumn: "reference")) else { return nil }
                return try SegmentTotals(
                    segment: segment, runs: row.decode(forColumn: "runs"), bytes: row.decode(forColumn: "bytes"),
                    events: row.decode(forColumn: "events"))
            }.sorted { ($1.segment.month, $0.segment.reference) < ($0.segment.month, $1.segment.reference) }
        }
    }

    /// How many runs there are, and how many bytes of records, by the day of their end.
    public func bytesByDay(_ days: DayRange) throws -> [(day: Int, runs: Int, bytes: Int)] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT day, sum(runs) AS runs, sum(bytes) AS bytes FROM days WHERE day BETWEEN ? AND ?
                    GROUP BY day ORDER BY day
                    """, arguments: [days.first, days.last]
            ).map { try ($0.decode(forColumn: "day"), $0.decode(forColumn: "runs"), $0.decode(forColumn: "bytes")) }
        }
    }
}

extension RecordIndex {
    /// How much the index holds.
    public func counts() throws -> (versions: Int, runs: Int, events: Int) {
        try read { database in
            func count(_ table: String) throws -> Int {
                try Int.fetchOne(database, sql: "SELECT count(*) FROM \(table)") ?? 0
            }
            return (try count("versions"), try count("runs"), try count("events"))
        }
    }
}
