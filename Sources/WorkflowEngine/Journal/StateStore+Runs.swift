internal import DocumentTree
internal import FoundationEssentials
internal import GRDB
public import WorkflowLanguage

/// Which runs to list.
public struct RunQuery: Sendable, Hashable {
    /// Only runs of this workflow.
    public var workflow: WorkflowName?
    /// Only runs in one of these states; empty means every state.
    public var statuses: [RunStatus]
    /// At most so many, the latest first.
    public var limit: Int
    /// Whether the records have their steps: they are the most of the work, and a list shows none.
    public var withSteps: Bool

    /// Which runs to list; the latest hundred where nothing is said.
    public init(
        workflow: WorkflowName? = nil, statuses: [RunStatus] = [], limit: Int = 100, withSteps: Bool = true
    ) {
        self.workflow = workflow
        self.statuses = statuses
        self.limit = limit
        self.withSteps = withSteps
    }
}

extension StateStore {
    /// Takes in a new run, as `queued`; `results` are those that some of its steps have already, in the order in which they
    /// came about.
    ///
    /// - Parameter driver: The process that is going to drive it, on the host that the record names; nil leaves it to anybody.
    func insert(
        _ record: RunRecord, source: [UInt8], stepHashes: [DefinitionHash],
        results: [(position: Int, record: StepRecord)] = [], driver: ProcessIdentity? = nil
    ) throws(EngineError) {
        let now = clock.now
        try write { database in
            var header = record
            header.steps = []
            try database.cachedStatement(
                sql: "INSERT INTO runs (id, workflow, status, queued_at, header, source) VALUES (?, ?, ?, ?, ?, ?)"
            ).execute(
                arguments: [
                    record.run.description, record.definition.workflow.description, record.status.rawValue,
                    record.queued.milliseconds, try header.value.json(.journal), Data(source),
                ])
            let insert = try database.cachedStatement(
                sql: "INSERT INTO steps (run, position, id, hash, status, compensation) VALUES (?, ?, ?, ?, ?, ?)")
            for (position, step) in record.steps.enumerated() {
                try insert.execute(arguments: [
                    record.run.description, position, step.id.description, stepHashes[position].description,
                    step.status.rawValue, step.compensation?.status.rawValue,
                ])
            }
            if let driver { try Self.take(record.run, for: driver, on: record.host, at: now, database) }
            let writer = JournalWriter(database: database, run: record.run.description, now: now)
            for (order, result) in results.enumerated() {
                try writer.write(
                    .step(
                        position: result.position,
                        StepChange(expected: .pending, record: result.record, finishOrder: order)))
            }
        }
    }

    /// Puts what was known when a run was submitted anew.
    func replaceHeader(of record: RunRecord) throws(EngineError) {
        var header = record
        header.steps = []
        let text = header.value
        try write { database in
            try database.execute(
                sql: "UPDATE runs SET header = ? WHERE id = ?",
                arguments: [try text.json(.journal), record.run.description])
        }
    }

    /// What is known of a run.
    /// - Throws: `EngineError.unknownRun` where the journal does not have it: it never was here, or its record is in git
    ///   alone by now.
    public func record(_ run: RunID) throws(EngineError) -> RunRecord {
        try read { database in
            try RunRow.record(run, database)
        }
    }

    /// Whether the journal has a run.
    func exists(_ run: RunID) throws(EngineError) -> Bool {
        try read {
            try Bool.fetchOne(
                $0.cachedStatement(sql: "SELECT 1 FROM runs WHERE id = ?"), arguments: [run.description]) ?? false
        }
    }

    /// Where a run stands.
    /// - Throws: `EngineError.unknownRun` as `record` does.
    public func status(of run: RunID) throws(EngineError) -> RunStatus {
        try read { database in
            let text = try String.fetchOne(
                database, sql: "SELECT status FROM runs WHERE id = ?", arguments: [run.description])
            guard let status = text.flatMap(RunStatus.init(rawValue:)) else { throw EngineError.unknownRun(run) }
            return status
        }
    }

    /// The bytes of the definition that a run executes.
    func source(of run: RunID) throws(EngineError) -> [UInt8] {
        try read { database in
            let row = try Row.fetchOne(
                database, sql: "SELECT source FROM runs WHERE id = ?", arguments: [run.description])
            return row.map { Array($0["source"] as Data? ?? Data()) } ?? []
        }
    }

    /// The runs that the journal has, the latest first.
    public func runs(_ query: RunQuery = RunQuery()) throws(EngineError) -> [RunRecord] {
        try read { database in
            var conditions: [String] = []
            var arguments = StatementArguments()
            if let workflow = query.workflow {
                conditions.append("workflow = ?")
                arguments += [workflow.description]
            }
            if !query.statuses.isEmpty {
                conditions.append("status IN (\(query.statuses.map { _ in "?" }.joined(separator: ", ")))")
                arguments += StatementArguments(query.statuses.map(\.rawValue))
            }
            let filter = conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND "))"
            arguments += [max(0, query.limit)]
            return try Row.fetchAll(
                database, sql: "\(RunRow.select) \(filter) ORDER BY id DESC LIMIT ?", arguments: arguments
            ).map { try RunRow($0).record(database, withSteps: query.withSteps) }
        }
    }

    /// How many runs of a workflow have a correlation id.
    public func countRuns(of workflow: WorkflowName, correlationID: String) throws(EngineError) -> Int {
        try read { database in
            try Int.fetchOne(
                database,
                sql: "SELECT count(*) FROM runs WHERE workflow = ? AND json_extract(header, '$.correlation_id') = ?",
                arguments: [workflow.description, correlationID]) ?? 0
        }
    }

    /// The identifiers of the runs that begin with `prefix`, at most `limit`, so that a person may abbreviate one.
    public func runs(startingWith prefix: String, limit: Int = 2) throws(EngineError) -> [RunID] {
        try read { database in
            // Letters come after digits, so "[" is behind everything that an identifier may hold.
            try String.fetchAll(
                database, sql: "SELECT id FROM runs WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT ?",
                arguments: [prefix.uppercased(), prefix.uppercased() + "[", limit]
            ).compactMap { RunID($0) }
        }
    }
}

extension EngineError {
    static func unknownRun(_ run: RunID) -> EngineError {
        EngineError(.unknownRun, "there is no such run here", object: "run \(run)", hint: "wfrepo runs list")
    }
}
