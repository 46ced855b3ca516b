internal import DocumentTree
internal import GRDB
internal import WorkflowLanguage

extension StateStore {
    /// Leaves a signal for whoever drives the run, or will; whether it is possible is not asked.
    func send(_ signal: RunSignal, to run: RunID) throws(EngineError) {
        let now = clock.now
        try write { try SignalWriter(database: $0).insert(signal, for: run, at: now) }
    }

    /// The signals of a run that nobody has acted upon, in the order in which they were sent.
    ///
    /// Reading takes none: whoever acts upon one says so in the transaction that has what follows from it
    /// (`JournalEntry.claimed`), so that a crash in between loses nothing, and nothing happens twice.
    func pendingSignals(_ run: RunID) throws(EngineError) -> [PendingSignal] {
        try read { try Self.pendingSignals(run, $0) }
    }

    static func pendingSignals(_ run: RunID, _ database: Database) throws -> [PendingSignal] {
        try Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT id, name, step, data, sender, sent_at FROM signals
                    WHERE run = ? AND claimed_at IS NULL ORDER BY id
                    """), arguments: [run.description]
        ).map { row in
            let sender = try (row["sender"] as String?).map { text in
                try Actor(RecordReader(try Value(json: text, name: "sender of a signal of run \(run)", limits: .own)))
            }
            let signal = try RunSignal(
                name: row["name"], step: (row["step"] as String?).flatMap { StepID($0) },
                data: try Value(
                    json: (row["data"] as String?) ?? "null", name: "data of a signal of run \(run)", limits: .own),
                sender: sender)
            return PendingSignal(id: row["id"], signal: signal, sent: Timestamp(milliseconds: row["sent_at"]))
        }
    }
}

/// Writes signals within a transaction.
struct SignalWriter {
    let database: Database

    func insert(_ signal: RunSignal, for run: RunID, at now: Timestamp) throws {
        try database.cachedStatement(
            sql: "INSERT INTO signals (run, name, step, data, sender, sent_at) VALUES (?, ?, ?, ?, ?, ?)"
        ).execute(
            arguments: [
                run.description, signal.name, signal.step?.description,
                try Value.mapping(signal.data).json(.journal), try signal.sender?.value.json(.journal),
                now.milliseconds,
            ])
    }
}
