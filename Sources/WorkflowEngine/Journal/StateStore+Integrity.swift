internal import GRDB

extension StateStore {
    /// What SQLite finds wrong with the file, a sentence each; nothing where it is sound.
    ///
    /// Source: SQLite, "PRAGMA integrity_check" and "PRAGMA foreign_key_check".
    public func integrityFaults() throws(EngineError) -> [String] {
        try read { database in
            let answers = try String.fetchAll(database, sql: "PRAGMA integrity_check")
            let orphans = try Row.fetchAll(database, sql: "PRAGMA foreign_key_check")
            return answers.filter { $0 != "ok" }
                + orphans.map { row in "a row of \(row["table"] as String? ?? "?") belongs to nothing" }
        }
    }
}
