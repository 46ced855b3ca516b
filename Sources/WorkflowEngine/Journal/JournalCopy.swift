internal import GRDB
internal import Glibc

/// A copy of a journal that may not be written, in a temporary folder.
///
/// SQLite reads a file in WAL mode only where it may make its shared-memory file beside it, which is what can't be done
/// here. Source: SQLite documentation, "Write-Ahead Logging", section 5.
enum JournalCopy {
    /// The largest journal that is copied, in bytes.
    private static let largest = 4 << 30

    /// Opens a copy, whose files are gone as soon as nobody has it open.
    static func open(_ path: String) throws -> DatabaseQueue {
        var template = Array("/tmp/wfrepo-state-XXXXXX".utf8CString)
        guard let name = mkdtemp(&template).map({ String(cString: $0) }) else {
            throw EngineError(systemError: errno, "make a temporary folder", object: "/tmp")
        }
        let copy = "\(name)/state.sqlite"
        defer {
            for suffix in ["", "-wal", "-shm"] { unlink(copy + suffix) }
            rmdir(name)
        }
        for suffix in ["", "-wal"] {
            guard let bytes = FileBytes.read(path + suffix, limit: largest) else {
                guard suffix.isEmpty else { continue }
                throw EngineError(systemError: errno, "read the journal", object: path)
            }
            let file = Glibc.open(copy + suffix, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard file >= 0 else { throw EngineError(systemError: errno, "copy the journal", object: copy) }
            defer { close(file) }
            try FileBytes.write(bytes[...], to: file, path: copy + suffix)
        }
        let database = try DatabaseQueue(path: copy)
        try database.inDatabase { database in
            try Schema.migrate(database)
            // Everything is in memory then, so that the files may go.
            _ = try Row.fetchAll(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
        let memory = try DatabaseQueue()
        try database.backup(to: memory)
        return memory
    }
}
