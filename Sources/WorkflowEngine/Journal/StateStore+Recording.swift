internal import GRDB

extension StateStore {
    /// Runs that have ended and are not in git yet, the earliest first.
    public func unrecorded(limit: Int) throws(EngineError) -> [RunRecord] {
        try read { database in
            try Row.fetchAll(
                database.cachedStatement(sql: "\(RunRow.select) WHERE \(Self.isUnrecorded) ORDER BY id LIMIT ?"),
                arguments: [max(0, limit)]
            ).map { try RunRow($0).record(database) }
        }
    }

    /// Whether any run has ended and is not in git yet.
    public func hasUnrecorded() throws(EngineError) -> Bool {
        try read {
            try Bool.fetchOne(
                $0.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM runs WHERE \(Self.isUnrecorded))")) ?? false
        }
    }

    /// Whether a run has ended and is not in git yet.
    public func isUnrecorded(_ run: RunID) throws(EngineError) -> Bool {
        try read {
            try Bool.fetchOne(
                $0.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM runs WHERE id = ? AND \(Self.isUnrecorded))"),
                arguments: [run.description]) ?? false
        }
    }

    private static let isUnrecorded = "recorded = 0 AND status IN (\(finalStatuses))"

    /// The statuses of runs that are over, as a list of SQL.
    static let finalStatuses = RunStatus.allCases.filter(\.isFinal).map { "'\($0.rawValue)'" }.joined(separator: ", ")

    /// Notes that the records of these runs are in git, for good. Naming a run twice changes nothing, and after a loss of power it may
    /// have to be noted again: whoever records finds them in git.
    public func markRecorded(_ runs: [RunID]) throws(EngineError) {
        guard !runs.isEmpty else { return }
        try writeRepeatably { database in
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
