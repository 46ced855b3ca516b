internal import GRDB

extension StateStore {
    /// The runs that could go on and that no living process drives, the earliest first: their runner died, their time has
    /// come, what they called is over, or somebody wants something of them. What a person paused is not among them, nor what waits for a person.
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

    /// Which run has called which of these; those that no run called are left out.
    func callers(of runs: [RunID]) throws(EngineError) -> [RunID: RunID] {
        try read { database in
            var callers: [RunID: RunID] = [:]
            for run in runs {
                let caller = try String.fetchOne(
                    database,
                    sql: """
                        SELECT json_extract(header, '$.trigger.run') FROM runs
                        WHERE id = ? AND json_extract(header, '$.trigger.event') = ?
                        """, arguments: [run.description, RunTrigger.call])
                callers[run] = caller.flatMap { RunID($0) }
            }
            return callers
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

    /// When there is something to do for a run that waits, or for one that it called, and for which; nil where only people
    /// can bring that about.
    public func nextDue(of run: RunID) throws(EngineError) -> (run: RunID, due: Timestamp)? {
        try read { database in
            let row = try Row.fetchOne(
                database,
                sql: """
                    WITH RECURSIVE called (id, depth) AS (
                        VALUES (:run, 0)
                        UNION
                        SELECT json_extract(details, '$.waiting.run'), depth + 1 FROM called
                        JOIN steps ON steps.run = called.id AND steps.status = 'waiting'
                            AND json_extract(details, '$.waiting.for') = 'call'
                        WHERE depth < 16
                    )
                    SELECT run, due_at FROM steps JOIN called ON steps.run = called.id
                    WHERE status IN ('waiting', 'retrying') AND due_at IS NOT NULL ORDER BY due_at LIMIT 1
                    """, arguments: ["run": run.description])
            guard let row, let id = RunID(row["run"]) else { return nil }
            return (id, Timestamp(milliseconds: row["due_at"]))
        }
    }

    private static let canGoOn = """
        (
            status IN ('running', 'compensating')
            OR status = 'queued' AND queued_at < :queued
            OR status = 'waiting' AND EXISTS (
                SELECT 1 FROM steps WHERE run = runs.id AND status IN ('waiting', 'retrying') AND due_at <= :now)
            OR status = 'waiting' AND EXISTS (
                SELECT 1 FROM steps JOIN runs AS called ON called.id = json_extract(steps.details, '$.waiting.run')
                WHERE steps.run = runs.id AND steps.status = 'waiting'
                    AND json_extract(steps.details, '$.waiting.for') = 'call'
                    AND called.status IN (\(finalStatuses)))
            OR status IN ('paused', 'waiting') AND EXISTS (
                SELECT 1 FROM signals WHERE run = runs.id AND claimed_at IS NULL AND (
                    name <> 'signal' OR EXISTS (
                        SELECT 1 FROM steps WHERE run = runs.id AND status = 'waiting'
                            AND json_extract(details, '$.waiting.for') = 'signal'
                            AND json_extract(details, '$.waiting.name') = json_extract(signals.data, '$.name'))))
        )
        """
}
