import DocumentTree
import Foundation
import GRDB
import Testing
import WorkflowLanguage

@testable import WorkflowEngine

/// Journals that earlier versions of the program wrote.
@Suite struct MigrationTests {
    /// The schema of each earlier version, as it was released: copies, so that a change of a released migration is seen.
    private static let schemas: [Int: String] = [
        1: versionOne, 2: versionOne + toVersionTwo, 3: versionOne + toVersionTwo + toVersionThree,
    ]

    /// A journal of that version with a run that waits for a person, one that was cancelled while nobody drove it, and one
    /// that is over.
    private func journal(_ version: Int, in folder: TemporaryFolder) throws -> (path: String, runs: [RunID]) {
        let path = "\(folder.path)/state/state.sqlite"
        try FileManager.default.createDirectory(atPath: "\(folder.path)/state", withIntermediateDirectories: true)
        let source = "workspace: worktree\nsteps:\n  - {id: a, on-interrupt: ask, run: echo a >> order}\n"
        let ids = ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FAW", "01ARZ3NDEKTSV4RRFFQ69G5FAX"]
        let runs = try ids.map { try #require(RunID($0)) }
        var record = try RunRecord(try Value(json: Self.header, name: "header"))
        let schema = try #require(Self.schemas[version])
        try DatabaseQueue(path: path).inDatabase { database in
            try database.execute(sql: schema)
            try database.execute(sql: "PRAGMA user_version = \(version)")
            for (run, (status, step)) in zip(
                runs, [("waiting", "waiting"), ("paused", "pending"), ("failed", "failed")])
            {
                record.run = run
                try database.execute(
                    sql: """
                        INSERT INTO runs (id, workflow, status, queued_at, started_at, ended_at, header, source)
                        VALUES (?, 'test', ?, 1, 2, ?, ?, ?)
                        """,
                    arguments: [
                        run.description, status, status == "failed" ? 3 : nil, try record.value.json(),
                        Data(source.utf8),
                    ])
                try database.execute(
                    sql: "INSERT INTO steps (run, position, id, hash, status) VALUES (?, 0, 'a', '0', ?)",
                    arguments: [run.description, step])
            }
            try database.execute(
                sql: "INSERT INTO signals (run, name, data, sent_at) VALUES (?, 'cancel', '{\"compensate\":true}', 5)",
                arguments: [ids[1]])
        }
        return (path, runs)
    }

    @Test(arguments: schemas.keys.sorted()) func isBroughtUpToDateAndGoesOn(version: Int) throws {
        let folder = try TemporaryFolder()
        let (_, runs) = try journal(version, in: folder)
        let engine = try Engine(
            EngineConfiguration(folder: "\(folder.path)/state", repository: nil, host: "test", parallelism: 2))
        #expect(try engine.store.pragma("user_version") == String(Schema.migrations.count))
        #expect(try engine.store.runs().map(\.run) == runs.reversed())
        #expect(try engine.runsToTakeUp() == [runs[1]])
        #expect(try engine.resumeForTest(runs[0], root: folder.path).status == .succeeded)
        #expect(folder.read("order") == "a\n")
        #expect(try engine.driveForTest(runs[1], root: folder.path).status == .cancelled)
        #expect(try engine.store.record(runs[2]).status == .failed)
    }

    /// The tables that a journal has in the end are the same, whichever version made it.
    @Test(arguments: schemas.keys.sorted()) func endsAsANewOne(version: Int) throws {
        let folder = try TemporaryFolder()
        let (path, _) = try journal(version, in: folder)
        func shape(_ path: String) throws -> [String] {
            _ = try StateStore(path: path)
            return try DatabaseQueue(path: path).read { database in
                try String.fetchAll(
                    database,
                    sql: """
                        SELECT m.name || '.' || c.name || ' ' || c.type || c."notnull" FROM sqlite_master m
                        JOIN pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY 1
                        """)
            }
        }
        #expect(try shape(path) == shape("\(folder.path)/new.sqlite"))
    }

    private static let header = """
        {"schema": "wfrepo.run/1", "run": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "workflow": "test", "title": null, "version": 1,
         "commit": "1111111111111111111111111111111111111111", "tree": "2222222222222222222222222222222222222222",
         "branch": null, "path": "workflows/test.yaml", "blob": "3333333333333333333333333333333333333333",
         "uncommitted": false, "definition_hash": "0", "status": "queued",
         "trigger": {"event": "manual", "source": null, "run": null},
         "actor": {"name": "Ada", "email": "ada@example.test"}, "inputs": {}, "queued": "2026-11-01T02:00:00.000Z",
         "started": null, "ended": null, "duration_ms": null, "correlation_id": "x", "host": "test",
         "workspace": "worktree", "steps": [], "error": null}
        """

    private static let versionOne = """
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
        """

    private static let toVersionTwo = """

        ALTER TABLE steps ADD COLUMN details TEXT;
        ALTER TABLE signals ADD COLUMN step TEXT;
        ALTER TABLE signals ADD COLUMN sender TEXT;

        """

    private static let toVersionThree = """

        ALTER TABLE runs ADD COLUMN outputs TEXT;

        """
}
