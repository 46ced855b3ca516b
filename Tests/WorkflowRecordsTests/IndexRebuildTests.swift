import Foundation
import GRDB
import GitStore
import Testing
import WorkflowEngine
import WorkflowLanguage

@testable import WorkflowRecords

/// An index made anew, beside one that was brought up to date batch by batch.
@Suite struct IndexRebuildTests {
    /// All rows of all tables, each as text, sorted. Of a note that grew the index has each blob that had new lines, so what
    /// counts is on which commit a line stands.
    private func rows(of index: RecordIndex) throws -> [String: [String]] {
        try index.read { database in
            let tables = try String.fetchAll(
                database,
                sql: """
                    SELECT name FROM sqlite_schema
                    WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'texts\\_%' ESCAPE '\\'
                        AND name <> 'audit_notes'
                    """)
            var rows: [String: [String]] = [:]
            for table in tables {
                let commit = "(SELECT commit_id FROM audit_notes n WHERE n.id = note) AS note"
                let columns = try String.fetchAll(
                    database, sql: "SELECT name FROM pragma_table_info(?)", arguments: [table]
                ).map { table == "events" && $0 == "note" ? commit : $0 }.joined(separator: ", ")
                rows[table] = try Row.fetchAll(database, sql: "SELECT \(columns) FROM \(table)")
                    .map(\.description).sorted()
            }
            return rows
        }
    }

    /// A run with steps that differ from run to run.
    private func vary(_ run: RunRecord, _ number: Int) throws -> RunRecord {
        var run = run
        let started = try #require(run.started)
        run.ended = Timestamp(milliseconds: started.milliseconds + 1_000 + number * 7_919 % 5_000)
        run.status = number % 5 == 0 ? .failed : .succeeded
        var step = StepRecord(id: try #require(StepID("load")), status: number % 5 == 0 ? .failed : .succeeded)
        step.started = started
        step.ended = run.ended
        let error = StepError(number % 2 == 0 ? "exit" : "timeout", "message \(number % 11)")
        step.attempts = [AttemptRecord(number: 1, started: started, ended: started, error: error)]
        if number % 5 != 0 { step.attempts.append(AttemptRecord(number: 2, started: started, ended: step.ended)) }
        run.steps = [step]
        if number % 5 == 0 { run.error = RunFailure(step: step.id, error: error) }
        return run
    }

    /// More than are read one by one: of packs, of a pack with differences, and loose.
    @Test func itHoldsTheSame() throws {
        let repository = try TestRepository()
        let log = AuditLog(
            try repository.open(), clone: clone, committer: wfrepo,
            clock: FixedClock(now: try .at("2026-11-21T06:00:00.000Z")))
        let runs = try repository.runs(0..<1_000)
        var start = 0
        for size in [500, 400, 97, 2, 1] {
            let batch = try (start..<(start + size)).map { try vary(runs[$0], $0) }
            start += size
            _ = try repository.recorder().record(WaitingRuns(batch))
            _ = try log.append(batch.flatMap { try AuditEvent.events(of: $0).map { AuditLog.Entry($0) } })
            _ = try RecordIndex.open(repository.open())
            if start == 900 { try repository.git("repack", "-qad") }
        }
        let grown = try rows(of: .open(repository.open()))
        #expect(grown["runs"]?.count == 1_000)
        #expect(grown["events"]?.count == 3_000)
        #expect(grown["texts"]?.isEmpty == false)
        let anew = try rows(of: .open(repository.open(), anew: true))
        #expect(Set(anew.keys) == Set(grown.keys))
        for (table, rows) in grown { #expect(anew[table] == rows, "\(table)") }
        // A pack whose differences go from month to month and note to note.
        try repository.git("repack", "-qadf", "--depth=250", "--window=50")
        let repacked = try rows(of: .open(repository.open(), anew: true))
        for (table, rows) in grown { #expect(repacked[table] == rows, "\(table)") }
    }

    /// What `verify` compares: the tables, whatever numbers the sources have.
    private func expectAsAnew(_ repository: TestRepository) throws {
        #expect(IndexCheck(try repository.open()).findings().map(\.message) == [])
    }

    @Test(arguments: [
        ["append", "-m", "Seen by Ada."], ["remove"], ["add", "-f", "-m", "{\"status\": \"succeeded\"}"],
    ])
    func whatSomebodyElseMakesOfARecordIsReadAnew(change: [String]) throws {
        let repository = try TestRepository()
        _ = try repository.recorder().record(WaitingRuns(repository.runs(0..<3)))
        let run = try #require(try RecordIndex.open(repository.open()).runs(RecordedRunQuery()).last?.recorded.commit)
        let notes = ["notes", "--ref=wfrepo/runs/\(clone)/2026-11"]
        #expect(try repository.run(notes + change + [run.description]).status == 0)
        try expectAsAnew(repository)
        // The next recording puts back what is no record any more.
        _ = try repository.recorder().record(WaitingRuns(repository.runs(3..<4)))
        try expectAsAnew(repository)
        #expect(try RecordIndex.open(repository.open()).runs(RecordedRunQuery()).count == 4)
    }

    private func change(_ repository: TestRepository, _ statements: String...) throws {
        let database = try DatabaseQueue(path: repository.path + "/.git/wfrepo/index.sqlite")
        try database.writeWithoutTransaction { database in
            for statement in statements { try database.execute(sql: statement) }
        }
    }

    /// A row whose source is another one, or none, is in no list any more.
    @Test(arguments: ["runs", "events"])
    func aRowOfNoSourceIsFound(table: String) throws {
        let repository = try TestRepository.withRecords()
        _ = try RecordIndex.open(repository.open())
        try change(repository, "UPDATE \(table) SET source = 99 WHERE id = (SELECT min(id) FROM \(table))")
        let found = IndexCheck(try repository.open()).findings()
        #expect(found.map(\.message) == ["1 row of its table \(table) are not what git says"])
    }

    /// One of SQLite's indexes was hidden while the table changed.
    @Test func whatOnlySQLiteFindsIsFound() throws {
        let repository = try TestRepository.withRecords()
        _ = try RecordIndex.open(repository.open())
        let database = try DatabaseQueue(path: repository.path + "/.git/wfrepo/index.sqlite")
        let entry = try database.read {
            try Row.fetchOne($0, sql: "SELECT rootpage, sql FROM sqlite_schema WHERE name = 'versions_by_time'")
        }
        let (root, sql): (Int, String) = try (#require(entry)["rootpage"], #require(entry)["sql"])
        try database.close()
        try change(
            repository, "PRAGMA writable_schema = ON", "DELETE FROM sqlite_schema WHERE name = 'versions_by_time'")
        try change(repository, "UPDATE versions SET time = time + 1")
        try change(
            repository, "PRAGMA writable_schema = ON",
            """
            INSERT INTO sqlite_schema VALUES
                ('index', 'versions_by_time', 'versions', \(root), '\(sql)')
            """)
        let found = IndexCheck(try repository.open()).findings()
        #expect(found.count == 1 && found.first?.message.hasPrefix("SQLite finds it damaged: ") == true, "\(found)")
        #expect(found.first?.severity == .fault)
    }

    @Test func auditLinesThatAreGoneOrChangedAreReadAnew() throws {
        let repository = try TestRepository.withRecords()
        _ = try RecordIndex.open(repository.open())
        let notes = "--ref=wfrepo/audit/\(clone)/2026-11"
        try repository.git("notes", notes, "append", "-m", "a remark", "HEAD")
        try expectAsAnew(repository)
        let lines = try repository.git("notes", notes, "show", "HEAD")
        let renamed = lines.replacing("\"Ada\"", with: "\"Eve\"", maxReplacements: 1)
        #expect(renamed != lines)
        try repository.git("notes", notes, "add", "-f", "-F", "-", "HEAD", input: renamed)
        try expectAsAnew(repository)
        let names = try RecordIndex.open(repository.open()).events(AuditQuery()).map(\.event.actor.name)
        #expect(names.filter { $0 == "Eve" }.count == 1)
        try repository.git("notes", notes, "remove", "HEAD")
        try expectAsAnew(repository)
    }
}
