internal import GRDB
internal import GRDBSQLite
internal import Glibc

/// How the journal uses SQLite's write-ahead log.
enum WriteAheadLog {
    /// Switches it on. GRDB's own switch asks Foundation about the log, half a millisecond, and writes to it where it is empty.
    ///
    /// - Parameter waits: Waits after so many tries; false where it is time to give up.
    static func use(_ database: Database, _ waits: (Int) -> Bool) throws {
        for tries in 0... {
            do {
                guard try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL") == "wal" else {
                    throw DatabaseError(message: "the file system allows no write-ahead log")
                }
                return keep(database)
            } catch let error as DatabaseError {
                // SQLite does not wait here: of two processes that both make a new file, one has to ask again.
                guard error.resultCode == .SQLITE_BUSY, waits(tries) else { throw error }
            }
        }
    }

    /// Lets the log's file stay when the last connection closes: writing over it is synced in half the time that lengthening a
    /// new one takes. It is kept short, since the first process that opens it reads all of it.
    private static func keep(_ database: Database) {
        var keeps: CInt = 1
        sqlite3_file_control(database.sqliteConnection, nil, SQLITE_FCNTL_PERSIST_WAL, &keeps)
        sqlite3_wal_autocheckpoint(database.sqliteConnection, mostPages)
    }

    /// After how many pages of the log they are moved to where they belong: a megabyte is read in half a millisecond, and a transaction
    /// has two or three pages.
    private static let mostPages: CInt = 256

    /// From so many pages on the log is long for a process that is about to write first.
    private static let longLog = 100

    /// Copies a long log into the file, so that the next transaction begins the log anew.
    ///
    /// SQLite begins it anew only in a process that writes again after it was copied: processes that write once would leave it to each
    /// other, ever longer.
    ///
    /// - Parameter path: The journal's.
    static func shorten(_ database: Database, of path: String) {
        guard isLong(besides: path) else { return }
        // Where it can't be done now, the next process does it.
        sqlite3_wal_checkpoint_v2(database.sqliteConnection, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
    }

    /// Copies the log into the file and cuts it off, so that nothing that was overwritten is left there; returns whether that was
    /// possible. Nobody is waited for: where somebody reads just now, it stays.
    static func empty(_ database: Database) -> Bool {
        sqlite3_wal_checkpoint_v2(database.sqliteConnection, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil) == SQLITE_OK
    }

    /// Whether the log has that many pages: whether the frame at that place has the salt of the present log. What is behind the log's
    /// end has that of an earlier one.
    ///
    /// Source: SQLite, "Database File Format", section 4.1.
    private static func isLong(besides path: String) -> Bool {
        let descriptor = open(path + "-wal", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        func bytes(_ count: Int, at offset: Int) -> [UInt8]? {
            var bytes = [UInt8](repeating: 0, count: count)
            return pread(descriptor, &bytes, count, offset) == count ? bytes : nil
        }
        guard let header = bytes(32, at: 0) else { return false }
        let pageSize = header[8..<12].reduce(0) { $0 << 8 | Int($1) }
        guard let frame = bytes(24, at: 32 + (longLog - 1) * (24 + pageSize)) else { return false }
        return frame[8..<16] == header[16..<24]
    }
}
