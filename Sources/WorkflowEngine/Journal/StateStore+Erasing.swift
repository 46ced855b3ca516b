internal import GRDB

extension StateStore {
    /// Gives the space of removed runs back, so that nothing of them is left in the file or its write-ahead log.
    ///
    /// Source: SQLite, "VACUUM" and "PRAGMA wal_checkpoint(TRUNCATE)". It waits for other users of the file.
    public func eraseRemains() throws(EngineError) {
        try exclusively { database in
            try database.execute(sql: "VACUUM")
            try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
    }
}
