internal import DocumentTree
internal import GRDB
internal import WorkflowLanguage

extension StateStore {
    /// Writes all entries of a run in one transaction.
    /// - Throws: `EngineError.illegalTransition` where the run or a step is not in the state that an entry expects:
    ///   somebody else has changed it. Nothing is written then.
    func journal(_ run: RunID, _ entries: [JournalEntry]) throws(EngineError) {
        guard !entries.isEmpty else { return }
        let now = clock.now
        try write { database in
            let writer = JournalWriter(database: database, run: run.description, now: now)
            for entry in entries { try writer.write(entry) }
        }
    }
}

/// Writes entries within a transaction.
struct JournalWriter {
    let database: Database
    let run: String
    let now: Timestamp

    func write(_ entry: JournalEntry) throws {
        switch entry {
        case .run(let change): try write(change)
        case .items(let first, let records, let hash): try insert(records, at: first, hash)
        case .step(let position, let change): try write(change, position: position)
        case .attemptStarted(let position, let phase, let attempt):
            try execute(
                "INSERT INTO attempts (run, position, phase, number, started_at) VALUES (?, ?, ?, ?, ?)",
                [run, position, phase.rawValue, attempt.number, attempt.started.milliseconds])
        case .attemptProcess(let position, let phase, let number, let process):
            try execute(
                """
                UPDATE attempts SET process = ?, process_start = ?
                WHERE run = ? AND position = ? AND phase = ? AND number = ?
                """,
                [Int(process.pid), process.startTicks, run, position, phase.rawValue, number])
        case .claimed(let signal):
            // What came with it stands where it belongs now, masked; a step that asks something knows no secrets, and masks none.
            let changed = try execute(
                "UPDATE signals SET claimed_at = ?, data = NULL WHERE id = ? AND run = ? AND claimed_at IS NULL",
                [now.milliseconds, signal, run])
            guard changed == 1 else {
                throw EngineError(.illegalTransition, "signal \(signal) was acted upon already", object: "run \(run)")
            }
        case .control(let control):
            try execute("UPDATE runs SET control = ? WHERE id = ?", [control?.rawValue, run])
        case .released(let host):
            try StateStore.release(run, from: StateStore.thisProcess(), on: host, database)
        case .attemptEnded(let position, let phase, let attempt, let log):
            try execute(
                """
                UPDATE attempts SET ended_at = ?, exit_status = ?, signal = ?, error_class = ?, error_message = ?,
                    log_bytes = ?, log_omitted = ?, log_sha256 = ?, log_tail = ?
                WHERE run = ? AND position = ? AND phase = ? AND number = ?
                """,
                [
                    attempt.ended?.milliseconds, attempt.exit, attempt.signal, attempt.error?.kind,
                    attempt.error?.message, log?.bytes, log?.omitted, log?.sha256, log?.tail,
                    run, position, phase.rawValue, attempt.number,
                ])
        }
    }

    private func write(_ change: RunChange) throws {
        try RequiredFields.check(change, of: run)
        let changed = try execute(
            """
            UPDATE runs SET status = ?, started_at = coalesce(?, started_at), ended_at = coalesce(?, ended_at),
                error_step = coalesce(?, error_step), error_class = coalesce(?, error_class),
                error_message = coalesce(?, error_message), outputs = coalesce(?, outputs)
            WHERE id = ? AND status = ?
            """,
            [
                change.status.rawValue, change.started?.milliseconds, change.ended?.milliseconds,
                change.error?.step?.description, change.error?.error.kind, change.error?.error.message,
                change.outputs.isEmpty ? nil : try Value.mapping(change.outputs).json(.journal), run,
                change.expected.rawValue,
            ])
        try require(changed, subject: "the run", expected: change.expected.rawValue, wanted: change.status.rawValue)
    }

    private func insert(_ records: [StepRecord], at first: Int, _ hash: DefinitionHash) throws {
        for (index, record) in records.enumerated() {
            try execute(
                "INSERT INTO steps (run, position, id, hash, status, details) VALUES (?, ?, ?, ?, ?, ?)",
                [
                    run, first + index, record.id.description, hash.description, record.status.rawValue,
                    try Value.mapping(record.details).json(.journal),
                ])
        }
    }

    private func write(_ change: StepChange, position: Int) throws {
        try RequiredFields.check(change, of: run)
        let record = change.record
        let details = record.details.isEmpty ? nil : try Value.mapping(record.details).json(.journal)
        let outputs = record.outputs.isEmpty ? nil : try Value.mapping(record.outputs).json(.journal)
        let changed = try execute(
            """
            UPDATE steps SET status = ?, title = ?, outcome = ?, conclusion = ?, started_at = ?, ended_at = ?,
                finish_order = ?, due_at = ?, outputs = ?, skipped = ?, compensation = ?, details = ?
            WHERE run = ? AND position = ? AND status = ?
            """,
            [
                record.status.rawValue, record.title, record.outcome?.rawValue, record.conclusion?.rawValue,
                record.started?.milliseconds, record.ended?.milliseconds, change.finishOrder,
                change.due?.milliseconds, outputs, record.skipped, record.compensation?.status.rawValue,
                details, run, position, change.expected.rawValue,
            ])
        try require(
            changed, subject: "step \(record.id)", expected: change.expected.rawValue, wanted: record.status.rawValue)
    }

    private func require(_ changed: Int, subject: String, expected: String, wanted: String) throws {
        guard changed != 1 else { return }
        throw EngineError(
            .illegalTransition, "\(subject) is no longer \(expected), so it cannot become \(wanted)",
            object: "run \(run)", hint: "another process has changed it: wfrepo runs show \(run)")
    }

    /// Runs a cached statement and returns how many rows it changed.
    @discardableResult
    private func execute(_ sql: String, _ arguments: StatementArguments) throws -> Int {
        try database.cachedStatement(sql: sql).execute(arguments: arguments)
        return database.changesCount
    }
}

extension JSONFormat {
    /// As the journal keeps values: NaN and the infinities, which JSON cannot write, become strings.
    static let journal = JSONFormat(nonFinite: .string)
}
