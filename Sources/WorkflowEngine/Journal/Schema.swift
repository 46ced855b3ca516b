internal import GRDB

/// The tables of `state.sqlite`, as a list of migrations: the file's `user_version` says how many of them it has seen.
///
/// A migration is never changed once it was released; a new one is added at the end.
enum Schema {
    static let migrations: [String] = [
        """
        CREATE TABLE runs (
            id TEXT NOT NULL PRIMARY KEY,
            workflow TEXT NOT NULL,
            status TEXT NOT NULL,
            recorded INTEGER NOT NULL DEFAULT 0,
            queued_at INTEGER NOT NULL,
            started_at INTEGER,
            ended_at INTEGER,
            -- what a person wants of it: pause, cancel, cancel-without-undo
            control TEXT,
            -- what was known when the run was submitted: a wfrepo.run/1 document without its steps
            header TEXT NOT NULL,
            -- the bytes of the definition that runs
            source BLOB NOT NULL,
            error_step TEXT,
            error_class TEXT,
            error_message TEXT
        );
        CREATE INDEX runs_by_status ON runs (status, recorded);
        CREATE INDEX runs_by_workflow ON runs (workflow, id);

        CREATE TABLE steps (
            run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            id TEXT NOT NULL,
            title TEXT,
            hash TEXT NOT NULL,
            status TEXT NOT NULL,
            outcome TEXT,
            conclusion TEXT,
            started_at INTEGER,
            ended_at INTEGER,
            -- the order in which steps succeeded: their undoing goes backwards
            finish_order INTEGER,
            -- when the next attempt is due
            due_at INTEGER,
            outputs TEXT,
            skipped TEXT,
            compensation TEXT,
            PRIMARY KEY (run, position)
        ) WITHOUT ROWID;

        CREATE TABLE attempts (
            run TEXT NOT NULL,
            position INTEGER NOT NULL,
            -- 'do', or 'undo' for the compensation
            phase TEXT NOT NULL,
            number INTEGER NOT NULL,
            started_at INTEGER NOT NULL,
            ended_at INTEGER,
            exit_status INTEGER,
            signal INTEGER,
            error_class TEXT,
            error_message TEXT,
            -- the leader of the process group, and when it started in ticks since the boot
            process INTEGER,
            process_start INTEGER,
            log_bytes INTEGER,
            log_omitted INTEGER,
            log_sha256 TEXT,
            log_tail TEXT,
            PRIMARY KEY (run, position, phase, number),
            FOREIGN KEY (run, position) REFERENCES steps (run, position) ON DELETE CASCADE
        ) WITHOUT ROWID;

        -- who drives a run
        CREATE TABLE leases (
            run TEXT NOT NULL PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
            host TEXT NOT NULL,
            boot TEXT NOT NULL,
            process INTEGER NOT NULL,
            process_start INTEGER NOT NULL,
            heartbeat_at INTEGER NOT NULL
        ) WITHOUT ROWID;

        -- what people and other processes want of a run
        CREATE TABLE signals (
            id INTEGER PRIMARY KEY,
            run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            data TEXT,
            sent_at INTEGER NOT NULL,
            claimed_at INTEGER
        );
        CREATE INDEX signals_waiting ON signals (run) WHERE claimed_at IS NULL;
        """,
        """
        -- what few steps have, as in their records: what they wait for, decisions, an answer, where a result comes from
        ALTER TABLE steps ADD COLUMN details TEXT;
        -- whom a signal is meant for, and who sent it
        ALTER TABLE signals ADD COLUMN step TEXT;
        ALTER TABLE signals ADD COLUMN sender TEXT;
        """,
        """
        -- what the run hands on, once it has ended well
        ALTER TABLE runs ADD COLUMN outputs TEXT;
        """,
        """
        -- services that steps with a circuit-breaker ask, where they failed lately
        CREATE TABLE circuits (
            name TEXT NOT NULL PRIMARY KEY,
            -- when attempts failed, the earliest first: a JSON array of milliseconds since 1970
            failures TEXT NOT NULL,
            -- until when nobody asks
            open_until INTEGER,
            -- the run whose attempt tries afterwards
            probe TEXT
        ) WITHOUT ROWID;
        """,
    ]

    /// Brings the database to the newest schema.
    /// - Throws: `EngineError.newerSchema` where it has seen migrations that this program does not know.
    static func migrate(_ database: Database) throws {
        guard try version(of: database) < migrations.count else { return try refuseNewer(database) }
        // Two processes may open a new file at once: whoever gets the lock second finds the work done.
        try database.inTransaction(.immediate) {
            for (index, migration) in migrations.enumerated().dropFirst(try version(of: database)) {
                try database.execute(sql: migration)
                try database.execute(sql: "PRAGMA user_version = \(index + 1)")
            }
            return .commit
        }
    }

    private static func version(of database: Database) throws -> Int {
        try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    }

    private static func refuseNewer(_ database: Database) throws {
        let version = try version(of: database)
        guard version > migrations.count else { return }
        throw EngineError(
            .newerSchema, "it has schema version \(version), this wfrepo knows \(migrations.count)",
            object: "state.sqlite", hint: "use the newer wfrepo that wrote it")
    }
}
