internal import GRDB

extension StateStore {
    /// The runs that could go on and that no living process drives, the earliest first: their runner died, their time has
    /// come, or somebody wants something of them. What a person paused is not among them, nor what waits for a person.
    ///
    /// - Parameter wasQueuedBefore: Runs that were submitted since then are left to whoever submitted them.
    func runsToTakeUp(host: String, wasQueuedBefore: Timestamp) throws(EngineError) -> [RunID] {
        let now = clock.now
        return try read { database in
            try String.fetchAll(
                database, sql: "SELECT id FROM runs WHERE \(Self.canGoOn) ORDER BY id",
                arguments: ["now": now.milliseconds, "queued": wasQueuedBefore.milliseconds]
            ).compactMap { RunID($0) }.filter { run in
                guard let lease = try Self.lease(run, database) else { return true }
                return !lease.isHeld(from: host, at: now)
            }
        }
    }

    /// Whether there is something to do for a run that is not over.
    func canGoOn(_ run: RunID) throws(EngineError) -> Bool {
        let now = clock.now
        return try read { database in
            try Bool.fetchOne(
                database, sql: "SELECT EXISTS (SELECT 1 FROM runs WHERE id = :run AND \(Self.canGoOn))",
                arguments: ["run": run.description, "now": now.milliseconds, "queued": Int.max]) ?? false
        }
    }

    private static let canGoOn = """
        (
            status IN ('running', 'compensating')
            OR status = 'queued' AND queued_at < :queued
            OR status = 'waiting' AND EXISTS (
                SELECT 1 FROM steps WHERE run = runs.id AND status IN ('waiting', 'retrying') AND due_at <= :now)
            OR status IN ('paused', 'waiting') AND EXISTS (
                SELECT 1 FROM signals WHERE run = runs.id AND claimed_at IS NULL AND (
                    name <> 'signal' OR EXISTS (
                        SELECT 1 FROM steps WHERE run = runs.id AND status = 'waiting'
                            AND json_extract(details, '$.waiting.for') = 'signal'
                            AND json_extract(details, '$.waiting.name') = json_extract(signals.data, '$.name'))))
        )
        """
}
