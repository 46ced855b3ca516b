import Foundation
import GRDB
import GitStore
import Testing
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage

@testable import WorkflowRecords

/// Pages of the index that are damaged, where SQLite meets them only when a question is asked: it is made anew, and answers.
@Suite struct IndexDamageTests {
    private let all = DayRange(first: 0, last: 100_000)

    private func record(_ numbers: Range<Int>, in repository: TestRepository) throws {
        var runs: [RunRecord] = []
        for number in numbers {
            var run = try repository.run(number, status: number % 2 == 0 ? .failed : .succeeded)
            if run.status == .failed { run.error = RunFailure(step: nil, error: StepError("exit", "disk full")) }
            runs.append(run)
        }
        _ = try repository.recorder().record(WaitingRuns(runs))
        let events = try runs.flatMap { try AuditEvent.events(of: $0).map { AuditLog.Entry($0) } }
        _ = try repository.auditLog().append(events)
    }

    /// What everybody asks, as text.
    private func answers(of index: RecordIndex) throws -> [String] {
        let deploy = try #require(WorkflowName("deploy"))
        return [
            "\(try index.runs(RecordedRunQuery()))", "\(try index.totals(all))", "\(try index.steps(all))",
            "\(try index.errors(all).map(\.attempts))", "\(try index.listedEvents(AuditQuery()))",
            "\(try index.eventCounts(AuditQuery()))", "\(try index.search(["disk"]).map(\.subject))",
            "\(try index.changes(all, by: .kind))", "\(try index.totalsByVersion(all, of: deploy))",
            "\(try index.durations(all, of: deploy).map { "\($0)" } ?? "")",
        ]
    }

    /// Overwrites the first page of a table, and leaves the rest.
    private func overwrite(_ table: String, of path: String) throws {
        let database = try DatabaseQueue(path: path)
        let (root, size) = try database.inDatabase { database in
            try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            let root = try Int.fetchOne(
                database, sql: "SELECT rootpage FROM sqlite_schema WHERE name = ?", arguments: [table])
            return (try #require(root), try #require(try Int.fetchOne(database, sql: "PRAGMA page_size")))
        }
        try database.close()
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.seek(toOffset: UInt64((root - 1) * size))
        try file.write(contentsOf: Data(repeating: 0x77, count: size))
        try file.close()
    }

    @Test(arguments: [
        "sources", "runs", "days", "step_days", "error_days", "events", "event_days", "versions", "chain", "workflows",
        "duration_days", "texts_data",
    ])
    func itIsMadeAnewAndTheQuestionAnswered(table: String) throws {
        let repository = try TestRepository()
        try record(0..<10, in: repository)
        let expected = try answers(of: .open(repository.open()))
        try overwrite(table, of: RecordIndex.path(in: repository.open()))
        var told: [String] = []
        let index = try RecordIndex.open(repository.open(), damaged: { told.append($0) })
        #expect(try answers(of: index) == expected)
        #expect(told.count == 1, "\(told)")
        // It is whole again for everybody.
        let again = try RecordIndex.open(repository.open(), damaged: { told.append($0) })
        #expect(try answers(of: again) == expected)
        #expect(told.count == 1)
        #expect(try again.damage() == nil)
    }

    @Test func itIsMadeAnewWhereWhatIsNewMeetsTheDamage() throws {
        let repository = try TestRepository()
        try record(0..<10, in: repository)
        _ = try RecordIndex.open(repository.open())
        try overwrite("runs", of: RecordIndex.path(in: repository.open()))
        var told = 0
        let index = try RecordIndex.open(repository.open(), damaged: { _ in told += 1 })
        #expect(told == 0)
        try record(10..<12, in: repository)
        try index.update()
        #expect(told == 1)
        #expect(try index.runs(RecordedRunQuery()).count == 12)
    }

    /// One byte of a row's header makes NULL of a number, which SQLite does not mind.
    @Test(arguments: [
        ("runs", "status"), ("runs", "ended"), ("runs", "actor"), ("events", "name"), ("events", "event"),
        ("duration_days", "sketch"), ("sources", "tip"), ("versions", "kind"), ("versions", "number"),
    ])
    func whatTheSchemaDoesNotAllowIsDamage(table: String, column: String) throws {
        let repository = try TestRepository()
        try record(0..<10, in: repository)
        let expected = try answers(of: .open(repository.open()))
        let tip = try #require(try repository.open().head.tip)
        let deploy = try #require(WorkflowName("deploy"))
        let versions = try RecordIndex.open(repository.open()).versions(of: deploy, at: tip)
        let path = RecordIndex.path(in: try repository.open())
        for sql in [
            """
            PRAGMA writable_schema = ON;
            UPDATE sqlite_schema SET sql = replace(sql, ' NOT NULL', '') WHERE name = '\(table)'
            """, "UPDATE \(table) SET \(column) = NULL",
        ] {
            let database = try DatabaseQueue(path: path)
            try database.inDatabase { try $0.execute(sql: sql) }
            try database.close()
        }
        var told = 0
        let index = try RecordIndex.open(repository.open(), damaged: { _ in told += 1 })
        #expect(try index.versions(of: deploy, at: tip) == versions)
        #expect(try answers(of: index) == expected)
        #expect(told == 1)
    }

    /// Rows that SQLite finds nothing wrong with.
    @Test(arguments: [
        "UPDATE versions SET number = number + 1", "UPDATE versions SET position = 100 - position",
        "UPDATE chain SET position = 1", "DELETE FROM versions WHERE number = 2",
    ])
    func versionsThatDoNotFitTheHistoryAreNotBelieved(change: String) throws {
        let repository = try TestRepository()
        try repository.commit("workflows/deploy.yaml", "steps: [{run: third}]\n", "Third")
        let git = try repository.open()
        let tip = try #require(try git.head.tip)
        let deploy = try #require(WorkflowName("deploy"))
        let walked = try WorkflowRepository(git).versions(of: deploy, from: tip)
        _ = try RecordIndex.open(git)
        let database = try DatabaseQueue(path: RecordIndex.path(in: git))
        try database.inDatabase { try $0.execute(sql: change) }
        try database.close()
        let index = try RecordIndex.open(git)
        #expect(try index.versions(of: deploy, at: tip) != walked)
        #expect(try WorkflowRepository(git, index: index).versions(of: deploy, from: tip) == walked)
    }

    @Test func aLongListIsGivenPieceByPiece() throws {
        let repository = try TestRepository()
        try record(0..<600, in: repository)
        let index = try RecordIndex.open(repository.open())
        for query in [
            RecordedRunQuery(limit: 10_000), RecordedRunQuery(limit: 256), RecordedRunQuery(limit: 300, offset: 299),
            RecordedRunQuery(statuses: [.failed], limit: 257, offset: 1), RecordedRunQuery(limit: 0),
        ] {
            var given: [RunOverview] = []
            try index.forEachRun(query) { given.append($0) }
            #expect(try given == index.runs(query))
        }
        for query in [AuditQuery(limit: .max), AuditQuery(limit: 513), AuditQuery(kinds: [.runFinished], limit: 512)] {
            var given: [String] = []
            try index.forEachEvent(query) { given.append($0.line?.text ?? "") }
            #expect(try given == index.events(query).map { $0.line?.text ?? "" })
            #expect(given.count > 500)
        }
    }
}
