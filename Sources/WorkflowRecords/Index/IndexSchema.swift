internal import GRDB

/// The tables of `index.sqlite`. There are no migrations: an index of another version is thrown away and made anew.
enum IndexSchema {
    /// Raised with every change of the tables or of what is put into them.
    static let version = 9

    static func create(in database: Database) throws {
        try database.execute(sql: tables)
        try database.execute(sql: "PRAGMA user_version = \(version)")
    }

    static func version(of database: Database) throws -> Int {
        try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    }

    private static let tables = """
        -- up to where each source has been read: 'HEAD' and the segments
        CREATE TABLE sources (
            id INTEGER PRIMARY KEY,
            reference TEXT NOT NULL UNIQUE,
            tip TEXT NOT NULL
        );

        -- the first-parent history of HEAD, from 1 for the first commit
        CREATE TABLE chain (id TEXT NOT NULL PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;

        -- the versions of workflows on that history, by the name that they have after the commit
        CREATE TABLE versions (
            workflow TEXT NOT NULL,
            position INTEGER NOT NULL,
            number INTEGER NOT NULL,
            commit_id TEXT NOT NULL,
            -- created, changed, renamed, deleted: what the trees tell
            change TEXT NOT NULL,
            -- the name before a renaming, or after one that took the name away
            other TEXT,
            path TEXT, mode INTEGER, blob TEXT,
            old_path TEXT, old_mode INTEGER, old_blob TEXT,
            -- as the log has it: rolled back, reverted, …
            kind TEXT NOT NULL,
            author TEXT NOT NULL,
            email TEXT NOT NULL,
            -- the commit's time in seconds since 1970
            time INTEGER NOT NULL,
            subject TEXT NOT NULL,
            PRIMARY KEY (workflow, position)
        ) WITHOUT ROWID;
        CREATE INDEX versions_by_position ON versions (position, workflow);
        CREATE INDEX versions_by_time ON versions (time, kind);
        CREATE INDEX versions_by_commit ON versions (commit_id, workflow, number);

        -- whether a change from one blob to another was of layout only; what was asked for once
        CREATE TABLE layout_changes (
            old_blob TEXT NOT NULL, blob TEXT NOT NULL, is_layout INTEGER NOT NULL, PRIMARY KEY (old_blob, blob)
        ) WITHOUT ROWID;

        -- runs and events that a source has, too: a clone and a copy of it may both have recorded what waited
        CREATE TABLE doubles (id TEXT NOT NULL, source INTEGER NOT NULL, PRIMARY KEY (id, source)) WITHOUT ROWID;

        CREATE TABLE workflows (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);

        -- the files that ran: branches count versions each for itself, so a number alone names none
        CREATE TABLE definitions (id INTEGER PRIMARY KEY, blob TEXT NOT NULL UNIQUE);

        -- a row a recorded run; times in milliseconds since 1970
        CREATE TABLE runs (
            id TEXT NOT NULL PRIMARY KEY,
            source INTEGER NOT NULL,
            workflow INTEGER NOT NULL,
            -- null where it is unknown or the file was not committed
            version INTEGER,
            uncommitted INTEGER NOT NULL,
            commit_id TEXT NOT NULL,
            definition INTEGER NOT NULL,
            status TEXT NOT NULL,
            trigger TEXT NOT NULL,
            actor TEXT NOT NULL,
            queued INTEGER NOT NULL,
            started INTEGER,
            ended INTEGER NOT NULL,
            duration INTEGER,
            error_step TEXT,
            error_class TEXT,
            error_message TEXT,
            -- the commit that the run is, and the blob of the note on it
            run_commit TEXT NOT NULL,
            note TEXT NOT NULL,
            bytes INTEGER NOT NULL
        ) WITHOUT ROWID;

        -- sums of a day (UTC, days since 1970), for questions to all workflows
        CREATE TABLE days (
            day INTEGER NOT NULL,
            workflow INTEGER NOT NULL,
            status TEXT NOT NULL,
            source INTEGER NOT NULL,
            runs INTEGER NOT NULL,
            -- how many of them have a duration, and its sum
            timed INTEGER NOT NULL,
            duration INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            PRIMARY KEY (day, workflow, status, source)
        ) WITHOUT ROWID;

        -- the same by version, for questions to one workflow; version 0 where the file was not committed, -1 where the number
        -- is unknown
        CREATE TABLE version_days (
            workflow INTEGER NOT NULL,
            day INTEGER NOT NULL,
            version INTEGER NOT NULL,
            definition INTEGER NOT NULL,
            status TEXT NOT NULL,
            source INTEGER NOT NULL,
            runs INTEGER NOT NULL,
            timed INTEGER NOT NULL,
            duration INTEGER NOT NULL,
            PRIMARY KEY (workflow, day, version, definition, status, source)
        ) WITHOUT ROWID;

        -- how often each duration happened on a day (DurationSketch)
        CREATE TABLE duration_days (
            workflow INTEGER NOT NULL,
            day INTEGER NOT NULL,
            source INTEGER NOT NULL,
            sketch BLOB NOT NULL,
            PRIMARY KEY (workflow, day, source)
        ) WITHOUT ROWID;

        -- sums of a day and step
        CREATE TABLE step_days (
            workflow INTEGER NOT NULL,
            day INTEGER NOT NULL,
            step TEXT NOT NULL,
            source INTEGER NOT NULL,
            -- how often it ran, failed, was skipped, was tried again, succeeded after it was tried again
            runs INTEGER NOT NULL,
            failed INTEGER NOT NULL,
            skipped INTEGER NOT NULL,
            retried INTEGER NOT NULL,
            recovered INTEGER NOT NULL,
            duration INTEGER NOT NULL,
            PRIMARY KEY (workflow, day, step, source)
        ) WITHOUT ROWID;

        -- attempts that failed, by the class of the error; step '' for the run itself
        CREATE TABLE error_days (
            workflow INTEGER NOT NULL,
            day INTEGER NOT NULL,
            step TEXT NOT NULL,
            class TEXT NOT NULL,
            source INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            -- how many steps failed with it in the end, and how many succeeded later
            failed INTEGER NOT NULL,
            recovered INTEGER NOT NULL,
            PRIMARY KEY (workflow, day, step, class, source)
        ) WITHOUT ROWID;

        CREATE TABLE events (
            id TEXT NOT NULL PRIMARY KEY,
            source INTEGER NOT NULL,
            -- in milliseconds since 1970; null where the line says none
            time INTEGER,
            event TEXT NOT NULL,
            workflow TEXT,
            version INTEGER,
            run TEXT,
            name TEXT NOT NULL,
            email TEXT NOT NULL,
            origin TEXT NOT NULL,
            -- what a list shows of the details; null where that is to be read from the line, as of a sealed one
            remark TEXT,
            -- the note with the line
            note INTEGER NOT NULL
        ) WITHOUT ROWID;

        -- notes that hold audit lines: the commits that bear them, and their blobs; of one that grew each blob that had new lines
        CREATE TABLE audit_notes (
            id INTEGER PRIMARY KEY,
            source INTEGER NOT NULL,
            commit_id TEXT NOT NULL,
            blob TEXT NOT NULL
        );

        -- lines that nobody can open here
        CREATE TABLE sealed_lines (id TEXT NOT NULL PRIMARY KEY, source INTEGER NOT NULL) WITHOUT ROWID;

        -- events of a day (UTC), person and kind, and the latest of them
        CREATE TABLE event_days (
            day INTEGER NOT NULL,
            event TEXT NOT NULL,
            email TEXT NOT NULL,
            name TEXT NOT NULL,
            source INTEGER NOT NULL,
            events INTEGER NOT NULL,
            last TEXT NOT NULL,
            PRIMARY KEY (day, event, email, name, source)
        ) WITHOUT ROWID;

        CREATE TABLE people (email TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (email, name)) WITHOUT ROWID;

        CREATE VIRTUAL TABLE texts USING fts5 (
            text, kind UNINDEXED, subject UNINDEXED, workflow UNINDEXED, time UNINDEXED, source UNINDEXED,
            tokenize = 'unicode61'
        );
        """

    /// Made when the tables are full, which is faster than keeping them up to date meanwhile.
    static let queries = """
        CREATE INDEX IF NOT EXISTS runs_by_workflow ON runs (workflow, id);
        CREATE INDEX IF NOT EXISTS runs_by_status ON runs (status, id);
        CREATE INDEX IF NOT EXISTS runs_by_version ON runs (workflow, version, id);
        CREATE INDEX IF NOT EXISTS events_by_event ON events (event, id);
        CREATE INDEX IF NOT EXISTS events_by_workflow ON events (workflow, id) WHERE workflow IS NOT NULL;
        CREATE INDEX IF NOT EXISTS events_by_email ON events (email, id);
        CREATE INDEX IF NOT EXISTS events_by_run ON events (run, id) WHERE run IS NOT NULL;
        """
}
