internal import GRDB

extension StateStore {
    /// Whether somebody wants the run to end or to pause before it has begun.
    func isWantedToStop(_ run: RunID) throws(EngineError) -> Bool {
        // Pauses and cancellations become the run's own state; what is meant for steps stays for them.
        let isWaiting = try read { database in
            try Bool.fetchOne(
                database,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM runs WHERE id = ? AND control IS NOT NULL) OR EXISTS (
                        SELECT 1 FROM signals WHERE run = ? AND claimed_at IS NULL AND name IN ('pause', 'cancel'))
                    """, arguments: [run.description, run.description])
        }
        return isWaiting ?? false
    }
}
