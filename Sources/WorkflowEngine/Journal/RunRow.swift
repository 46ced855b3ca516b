internal import DocumentTree
internal import GRDB
internal import WorkflowLanguage

/// Makes a record from the rows of a run.
struct RunRow {
    static let select =
        "SELECT id, status, started_at, ended_at, header, error_step, error_class, error_message, outputs FROM runs"

    private let row: Row

    init(_ row: Row) { self.row = row }

    /// The record of a run.
    /// - Throws: `EngineError.unknownRun` where the journal does not have it.
    static func record(_ run: RunID, _ database: Database) throws -> RunRecord {
        let statement = try database.cachedStatement(sql: "\(select) WHERE id = ?")
        guard let row = try Row.fetchOne(statement, arguments: [run.description]) else {
            throw EngineError.unknownRun(run)
        }
        return try RunRow(row).record(database)
    }

    /// The record of the run.
    func record(_ database: Database, withSteps: Bool = true) throws -> RunRecord {
        let id: String = row["id"]
        var record = try RunRecord(Value(json: row["header"] as String, name: "header of run \(id)", limits: .own))
        record.status = try parsed(row["status"], RunStatus.init(rawValue:))
        record.started = timestamp(row["started_at"])
        record.ended = timestamp(row["ended_at"])
        if let kind: String = row["error_class"] {
            record.error = RunFailure(
                step: (row["error_step"] as String?).flatMap { StepID($0) },
                error: StepError(kind, row["error_message"] ?? ""))
        }
        if let outputs: String = row["outputs"] {
            record.outputs =
                try Value(json: outputs, name: "outputs of run \(id)", limits: .own).mapping ?? ValueMapping()
        }
        if withSteps { record.steps = try steps(of: id, database) }
        return record
    }

    /// What the journal knows of an attempt.
    private struct Attempt {
        var phase: AttemptPhase?
        var record: AttemptRecord
        var log: LogRecord?
    }

    // Rows are read one by one: one that is kept compares a column's name with all names, in lower case.

    private func steps(of id: String, _ database: Database) throws -> [StepRecord] {
        let attempts = try attempts(of: id, database)
        var steps: [StepRecord] = []
        let rows = try Row.fetchCursor(
            database.cachedStatement(sql: "SELECT * FROM steps WHERE run = ? ORDER BY position"), arguments: [id])
        while let row = try rows.next() { steps.append(try step(row, attempts: attempts[row["position"]] ?? [])) }
        return steps
    }

    /// The attempts at each step, by the step's position.
    private func attempts(of id: String, _ database: Database) throws -> [Int: [Attempt]] {
        var attempts: [Int: [Attempt]] = [:]
        let rows = try Row.fetchCursor(
            database.cachedStatement(sql: "SELECT * FROM attempts WHERE run = ? ORDER BY position, phase, number"),
            arguments: [id])
        while let row = try rows.next() {
            attempts[row["position"], default: []].append(
                Attempt(phase: AttemptPhase(rawValue: row["phase"]), record: attempt(row), log: log(row)))
        }
        return attempts
    }

    private func step(_ row: Row, attempts: [Attempt]) throws -> StepRecord {
        var step = StepRecord(
            id: try parsed(row["id"], StepID.init), title: row["title"],
            status: try parsed(row["status"], StepStatus.init(rawValue:)))
        step.outcome = (row["outcome"] as String?).flatMap(StepResult.init(rawValue:))
        step.conclusion = (row["conclusion"] as String?).flatMap(StepResult.init(rawValue:))
        step.started = timestamp(row["started_at"])
        step.ended = timestamp(row["ended_at"])
        step.skipped = row["skipped"]
        if let details: String = row["details"] {
            try step.takeDetails(
                RecordReader(try Value(json: details, name: "details of step \(step.id)", limits: .own)))
        }
        if let outputs: String = row["outputs"] {
            step.outputs =
                try Value(json: outputs, name: "outputs of step \(step.id)", limits: .own).mapping ?? ValueMapping()
        }
        // Before there was anything else to wait for, only people were waited for, and it was not written down.
        if step.status == .waiting, step.waiting == nil { step.waiting = .person }
        let done = attempts.filter { $0.phase == .do }
        step.attempts = done.map(\.record)
        step.log = done.last?.log
        if let status = (row["compensation"] as String?).flatMap(CompensationRecord.Status.init(rawValue:)) {
            let undone = attempts.filter { $0.phase == .undo }
            var compensation = CompensationRecord(status: status)
            compensation.attempts = undone.map(\.record)
            compensation.started = compensation.attempts.first?.started
            compensation.ended = status == .running ? nil : compensation.attempts.last?.ended
            compensation.log = undone.last?.log
            step.compensation = compensation
        }
        return step
    }

    private func attempt(_ row: Row) -> AttemptRecord {
        AttemptRecord(
            number: row["number"], started: Timestamp(milliseconds: row["started_at"]),
            ended: timestamp(row["ended_at"]), exit: row["exit_status"], signal: row["signal"],
            error: (row["error_class"] as String?).map { StepError($0, row["error_message"] ?? "") })
    }

    private func log(_ row: Row) -> LogRecord? {
        guard let bytes: Int = row["log_bytes"] else { return nil }
        return LogRecord(
            bytes: bytes, omitted: row["log_omitted"] ?? 0, sha256: row["log_sha256"] ?? "", tail: row["log_tail"] ?? ""
        )
    }

    private func timestamp(_ milliseconds: Int?) -> Timestamp? { milliseconds.map(Timestamp.init(milliseconds:)) }

    private func parsed<T>(_ text: String, _ parse: (String) -> T?) throws -> T {
        guard let value = parse(text) else {
            throw EngineError(.malformed, "the journal holds the unknown value \"\(text)\"", object: row["id"])
        }
        return value
    }
}
