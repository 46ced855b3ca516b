internal import GRDB
internal import Glibc
internal import Synchronization
public import WorkflowLanguage

/// The journal: what is in flight, and what has finished until it is recorded in git.
///
/// It is one SQLite file in WAL mode with `synchronous=FULL`: when a method that writes has returned, what it wrote
/// survives a loss of power; with the durability `normal`, only a crash of programs. Many processes may use the file at once; each method is one transaction.
public final class StateStore: Sendable {
    /// The path of the database file.
    public let path: String
    let clock: any EngineClock
    private let database: DatabaseQueue
    /// Nil where nothing is written.
    private let queue: WriterQueue?
    private let hasWritten = Atomic(false)
    private let wait: LockWait
    private let durability: Settings.Durability

    /// Opens the journal at `path` to be written with that durability, and makes it (with its folder) where it is missing.
    ///
    /// - Parameter patience: How long a writer waits for another one that doesn't come to an end.
    /// - Throws: `EngineError` of the code `storage` or `newerSchema`.
    public init(
        path: String, durability: Settings.Durability = .full, clock: any EngineClock = SystemClock(),
        patience: Duration = .seconds(30)
    ) throws(EngineError) {
        self.path = path
        self.clock = clock
        if let folder = path.lastIndex(of: "/") { try FileBytes.makeFolder(String(path[..<folder])) }
        queue = WriterQueue(of: path, patience: patience)
        let wait = LockWait()
        self.wait = wait
        self.durability = durability
        database = try Self.translating(path) {
            var configuration = Configuration()
            configuration.foreignKeysEnabled = true
            configuration.busyMode = .callback { wait.goesOn(after: $0) }
            configuration.label = "wfrepo.state"
            let database = try DatabaseQueue(path: path, configuration: configuration)
            try database.inDatabase { database in
                try WriteAheadLog.use(database) { wait.goesOn(after: $0) }
                try Self.use(durability, database)
                try Schema.migrate(database)
            }
            return database
        }
    }

    /// Opens the journal at `path` to be read only, where nothing may be written: its file, or its folder, belongs to
    /// somebody else or lies on a disk that can't be written. A journal that is missing is empty.
    /// - Throws: `EngineError` of the code `storage`, `corrupt` or `newerSchema`.
    public init(readingAt path: String, clock: any EngineClock = SystemClock()) throws(EngineError) {
        self.path = path
        self.clock = clock
        queue = nil
        wait = LockWait()
        durability = .full
        database = try Self.translating(path) {
            guard access(path, F_OK) == 0 else {
                let empty = try DatabaseQueue()
                try empty.inDatabase { try Schema.migrate($0) }
                return empty
            }
            return try JournalCopy.open(path)
        }
    }

    /// Reads within one transaction.
    ///
    /// Not by GRDB's `read`: that switches `query_only` on and off, after which SQLite compiles each statement anew that was kept.
    func read<R>(_ body: (Database) throws -> R) throws(EngineError) -> R {
        try Self.translating(path) {
            try database.inDatabase { try Self.transaction($0, .deferred, body) }
        }
    }

    /// Writes within one transaction, which is on disk when this returns.
    /// - Throws: `EngineError.busy` where another process holds up all who write; nothing was begun then.
    func write<R>(_ body: (Database) throws -> R) throws(EngineError) -> R {
        try alone { database in
            if !hasWritten.exchange(true, ordering: .relaxed) { WriteAheadLog.shorten(database, of: path) }
            return try Self.transaction(database, .immediate, body)
        }
    }

    /// Writes within one transaction that a loss of power may take back, unless another one followed: for what is found out again then.
    func writeRepeatably<R>(_ body: (Database) throws -> R) throws(EngineError) -> R {
        try alone { database in
            try Self.use(.normal, database)
            let result = Result { try Self.transaction(database, .immediate, body) }
            try Self.use(durability, database)
            return try result.get()
        }
    }

    /// Does what writes, when it is this connection's turn.
    private func alone<R>(_ body: (Database) throws -> R) throws(EngineError) -> R {
        try Self.translating(path) {
            try database.writeWithoutTransaction { database in try inTurn { try body(database) } }
        }
    }

    private static func use(_ durability: Settings.Durability, _ database: Database) throws {
        try database.execute(sql: "PRAGMA synchronous = \(durability == .full ? "FULL" : "NORMAL")")
    }

    /// Takes what was overwritten out of the log, where that is possible at once, and returns whether it was: it may have been a
    /// secret.
    func forgetOverwritten() throws(EngineError) -> Bool {
        try Self.translating(path) {
            try database.inDatabase { database in
                try wait.hastily { try inTurn { WriteAheadLog.empty(database) } }
            }
        }
    }

    private func inTurn<R>(_ body: () throws -> R) throws -> R {
        guard let queue else { return try body() }
        return try queue.inTurn(body)
    }

    private static func transaction<R>(
        _ database: Database, _ kind: Database.TransactionKind, _ body: (Database) throws -> R
    ) throws -> R {
        var result: R?
        try database.inTransaction(kind) {
            result = try body(database)
            return .commit
        }
        guard let result else { throw DatabaseError(resultCode: .SQLITE_ABORT) }
        return result
    }

    /// Runs what SQLite does only outside of a transaction.
    func exclusively(_ body: (Database) throws -> Void) throws(EngineError) {
        try Self.translating(path) { try database.inDatabase(body) }
    }

    /// The value of a pragma on the connection that writes.
    func pragma(_ name: String) throws(EngineError) -> String? {
        try Self.translating(path) {
            try database.inDatabase { try String.fetchOne($0, sql: "PRAGMA \(name)") }
        }
    }

    /// A number that changes whenever another connection has written. Reading it touches no disk.
    func foreignChanges() throws(EngineError) -> Int {
        try Self.translating(path) {
            try database.inDatabase { try Int.fetchOne($0.cachedStatement(sql: "PRAGMA data_version")) ?? 0 }
        }
    }

    private static func translating<R>(_ path: String, _ body: () throws -> R) throws(EngineError) -> R {
        do {
            return try body()
        } catch let error as EngineError {
            throw error
        } catch let error as DatabaseError {
            guard error.resultCode != .SQLITE_CORRUPT, error.resultCode != .SQLITE_NOTADB else {
                throw EngineError(
                    .corrupt, "the journal is damaged (\(error.message ?? "SQLite error \(error.resultCode)"))",
                    object: path,
                    hint: "the records of finished runs are safe in git; put the file aside and go on: "
                        + "mv \(path) \(path).damaged; rm -f \(path)-wal \(path)-shm")
            }
            guard error.resultCode != .SQLITE_BUSY else {
                throw EngineError(
                    .busy, "another program holds the journal's lock", object: path,
                    hint: "look who has it open: fuser -v \(path)")
            }
            throw EngineError(
                .storage, error.message ?? "SQLite error \(error.resultCode)", object: path, hint: hint(error, path))
        } catch {
            throw EngineError(.storage, "\(error)", object: path)
        }
    }

    /// SQLite's words for a disk that is full or read-only name neither.
    private static func hint(_ error: DatabaseError, _ path: String) -> String? {
        switch error.resultCode {
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_IOERR, .SQLITE_FULL:
            "is the disk full, or read-only? look at it: df -h \(path); ls -ld \(path)"
        default: nil
        }
    }
}

/// How long SQLite's lock is waited for.
private final class LockWait: Sendable {
    private let isHasty = Atomic(false)

    /// Waits for the lock of a process that writes and does not queue, for about half a minute at most.
    ///
    /// A transaction takes a millisecond or less. SQLite's own handler sleeps for up to a tenth of a second once it has lost a
    /// few times.
    func goesOn(after tries: Int) -> Bool {
        guard !isHasty.load(ordering: .relaxed) else { return false }
        let most = min(10_000, 500 * (tries + 1))
        usleep(.random(in: 200...UInt32(most)))
        return tries < 6_000
    }

    /// Waits for nobody meanwhile.
    func hastily<R>(_ body: () throws -> R) rethrows -> R {
        isHasty.store(true, ordering: .relaxed)
        defer { isHasty.store(false, ordering: .relaxed) }
        return try body()
    }
}
