internal import GRDB

extension StateStore {
    /// Runs that have ended and are not in git yet, the earliest first.
    public func unrecorded(limit: Int) throws(EngineError) -> [RunRecord] {
        let final = RunStatus.allCases.filter(\.isFinal).map(\.rawValue)
        return try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    \(RunRow.select) WHERE recorded = 0 AND status IN (\(final.map { _ in "?" }.joined(separator: ", ")))
                    ORDER BY id LIMIT ?
                    """,
                arguments: StatementArguments(final) + [max(0, limit)]
            ).map { try RunRow($0).record(database) }
        }
    }

    /// Notes that the records of these runs are in git, for good. Naming a run twice changes nothing.
    public func markRecorded(_ runs: [RunID]) throws(EngineError) {
        guard !runs.isEmpty else { return }
        try write { database in
            let update = try database.cachedStatement(sql: "UPDATE runs SET recorded = 1 WHERE id = ?")
            for run in runs { try update.execute(arguments: [run.description]) }
        }
    }

    /// Removes recorded runs that were submitted before a moment; git has them. Returns how many.
    public func prune(recordedBefore moment: Timestamp) throws(EngineError) -> Int {
        try write { database in
            try database.execute(
                sql: "DELETE FROM runs WHERE recorded = 1 AND queued_at < ?", arguments: [moment.milliseconds])
            return database.changesCount
        }
    }
}
