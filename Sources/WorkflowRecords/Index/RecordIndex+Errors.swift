internal import GRDB

extension RecordIndex {
    /// Runs what asks SQLite, whose errors become the module's own.
    static func translating<R>(_ path: String?, _ body: () throws -> R) throws -> R {
        do {
            return try body()
        } catch is RowDecodingError {
            // A row lacks what the schema says that each has.
            throw RecordsError.damaged(path ?? "in memory", "a row has another form")
        } catch let error as DatabaseError {
            let object = path ?? "in memory"
            let message = error.message ?? "SQLite error \(error.resultCode)"
            switch error.resultCode {
            case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR, .SQLITE_SCHEMA, .SQLITE_MISMATCH, .SQLITE_CONSTRAINT:
                throw RecordsError.damaged(object, message)
            case .SQLITE_BUSY, .SQLITE_LOCKED:
                throw RecordsError(
                    .busy, "update index", object, message, hint: "another process updates it; try again")
            default:
                throw RecordsError(
                    .io, "update index", object, message, hint: "is the disk full, or read-only? look: df -h \(object)")
            }
        }
    }
}

extension RecordsError {
    fileprivate static func damaged(_ path: String, _ words: String) -> RecordsError {
        RecordsError(.corrupt, "read index", path, words, hint: "make it anew: wfrepo reindex")
    }
}
