internal import GRDB

extension RecordIndex {
    /// What SQLite finds damaged in the file, its indexes included; nil where it is whole.
    func damage() throws -> String? {
        let found = try Self.translating(path) {
            try database.inDatabase { try String.fetchOne($0, sql: "PRAGMA integrity_check(1)") }
        }
        return found == "ok" ? nil : found
    }

    /// Reads this index beside another file, whose tables are those of the schema `other`.
    func read<R>(beside path: String, _ body: (Database) throws -> R) throws -> R {
        try Self.translating(path) {
            try database.inDatabase { database in
                try database.execute(sql: "ATTACH DATABASE ? AS other", arguments: [path])
                defer { try? database.execute(sql: "DETACH DATABASE other") }
                return try body(database)
            }
        }
    }
}
