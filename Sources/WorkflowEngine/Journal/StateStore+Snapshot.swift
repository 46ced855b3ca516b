internal import GRDB

extension StateStore {
    /// Writes a copy of the journal as it is at one moment, while others go on to use it.
    ///
    /// Source: SQLite, "VACUUM INTO".
    /// - Parameter copy: The path of the new file; there must be none.
    public func snapshot(to copy: String) throws(EngineError) {
        do {
            // A connection of its own: VACUUM can't be part of a transaction.
            let database = try DatabaseQueue(path: path)
            try database.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA busy_timeout = 30000")
                try database.execute(sql: "VACUUM INTO ?", arguments: [copy])
            }
        } catch {
            throw EngineError(.storage, "the journal cannot be copied: \(error)", object: path)
        }
    }
}
