import DocumentTree
import Foundation
import GRDB
import GRDBSQLite
import Testing
import WorkflowLanguage

@testable import WorkflowEngine

@Suite struct StateStoreTests {
    /// 2 is FULL (SQLite documentation, PRAGMA synchronous).
    @Test func everyTransactionIsOnDiskBeforeItReturns() throws {
        let folder = try TemporaryFolder()
        let store = try StateStore(path: "\(folder.path)/deep/er/state.sqlite")
        #expect(try store.pragma("synchronous") == "2")
        #expect(try store.pragma("journal_mode") == "wal")
        #expect(try store.pragma("foreign_keys") == "1")
        #expect(try store.pragma("user_version") == "4")
        _ = try StateStore(path: "\(folder.path)/deep/er/state.sqlite")
        #expect(try store.runs().isEmpty)
        // What need not be waited for changes that for nobody else, whether it comes to its end or not.
        #expect(try store.writeRepeatably { try String.fetchOne($0, sql: "PRAGMA synchronous") } == "1")
        #expect(throws: EngineError.self) { try store.writeRepeatably { try $0.execute(sql: "nonsense") } }
        #expect(try store.pragma("synchronous") == "2")
    }

    /// Some of what a connection may be told in between makes SQLite compile all of its statements again.
    @Test func aStatementIsCompiledOnce() throws {
        let folder = try TemporaryFolder()
        let store = try StateStore(path: "\(folder.path)/state.sqlite")
        let compiledAnew = try (0..<3).map { _ in
            try store.writeRepeatably { _ in }
            return try store.read { database in
                let statement = try database.cachedStatement(sql: "SELECT count(*) FROM runs")
                _ = try Int.fetchOne(statement)
                return sqlite3_stmt_status(statement.sqliteStatement, SQLITE_STMTSTATUS_REPREPARE, 0)
            }
        }
        #expect(compiledAnew == [0, 0, 0])
    }

    /// A machine that slept for long must not drive on, nor take the lease of who took over away.
    @Test func aLeaseThatWasTakenOverIsNeitherRenewedNorReleased() throws {
        let folder = try TemporaryFolder()
        let clock = FixedClock(1_800_000_000_000)
        let store = try StateStore(path: "\(folder.path)/state.sqlite", clock: clock)
        let engine = try Engine(
            EngineConfiguration(folder: folder.path, repository: nil, host: "one", parallelism: 1, clock: clock))
        let run = try engine.submit(try request(for: try workflow([step("a", "true")])))
        try store.acquireLease(run, host: "one")
        clock.set(1_800_000_120_000)
        try store.acquireLease(run, host: "two")
        do {
            try store.renewLease(run, host: "one")
            Issue.record("it was renewed")
        } catch {
            #expect(error.code == .driven)
            #expect(error.message.contains(" on two has taken it over"))
        }
        try store.releaseLease(run, host: "one")
        #expect(try store.lease(run)?.host == "two")
        try store.renewLease(run, host: "two")
        try store.releaseLease(run, host: "two")
        #expect(try store.lease(run) == nil)
    }

    /// Of two that make a new file, one finds the other at it, and SQLite does not wait there by itself.
    @Test func aNewJournalWaitsForWhoeverMakesItToo() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/state.sqlite"
        let other = try DatabaseQueue(path: path)
        let isWriting = DispatchSemaphore(value: 0)
        let writer = Thread {
            try? other.inDatabase { database in
                try database.inTransaction(.immediate) {
                    isWriting.signal()
                    usleep(50_000)
                    return .commit
                }
            }
        }
        writer.start()
        isWriting.wait()
        #expect(try StateStore(path: path).runs().isEmpty)
    }

    /// Each of them reads the log whole, so it must not grow with the number of those before: SQLite alone would leave 1,000 pages.
    @Test func whatManyShortProcessesLeaveEachOtherIsShort() throws {
        let folder = try TemporaryFolder()
        let request = try request(for: try workflow([step("a", "true")]))
        for _ in 0..<40 {
            let engine = try Engine(
                EngineConfiguration(folder: folder.path, repository: nil, host: "test", parallelism: 1))
            _ = try engine.submit(request)
        }
        let log = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/state.sqlite-wal")
        #expect(try #require(log[.size] as? Int) < 150 * 4_120)
    }

    /// A reader keeps the log as it is, so that whoever wants something out of it has to come again.
    @Test func whatWasOverwrittenIsForgottenOnceNobodyReads() throws {
        let folder = try TemporaryFolder()
        let engine = try Engine(
            EngineConfiguration(folder: folder.path, repository: nil, host: "test", parallelism: 1))
        _ = try engine.submit(try request(for: try workflow([step("a", "true")])))
        let reader = try DatabaseQueue(path: "\(folder.path)/state.sqlite")
        try reader.inDatabase { database in
            try database.beginTransaction(.deferred)
            #expect(try Int.fetchOne(database, sql: "SELECT count(*) FROM runs") == 1)
            #expect(try !engine.store.forgetOverwritten())
            try database.rollback()
        }
        #expect(try engine.store.forgetOverwritten())
        let log = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/state.sqlite-wal")
        #expect(log[.size] as? Int == 0)
    }

    /// The sqlite3 shell does not queue, and SQLite's own lock holds all the same.
    @Test func whoDoesNotQueueIsWaitedFor() throws {
        let folder = try TemporaryFolder()
        let store = try StateStore(path: "\(folder.path)/state.sqlite")
        let other = try DatabaseQueue(path: "\(folder.path)/state.sqlite")
        let isWriting = DispatchSemaphore(value: 0)
        Thread {
            try? other.inDatabase { database in
                try database.inTransaction(.immediate) {
                    isWriting.signal()
                    usleep(50_000)
                    try database.execute(sql: "INSERT INTO circuits (name, failures) VALUES ('theirs', '[]')")
                    return .commit
                }
            }
        }.start()
        isWriting.wait()
        let found = try store.write { try String.fetchAll($0, sql: "SELECT name FROM circuits") }
        #expect(found == ["theirs"])
    }

    /// A process that was stopped keeps the queue, and whoever waits says who it is. Nothing is lost, and nothing half done.
    @Test func whoHoldsUpAllWritersIsNamed() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/state.sqlite"
        let store = try StateStore(path: path, patience: .milliseconds(200))
        let holder = try Process.run(
            URL(filePath: "/usr/bin/env"), arguments: ["flock", "\(path)-queue", "sh", "-c", "kill -STOP $PPID"])
        while !isStopped(holder.processIdentifier) { usleep(1000) }
        let insert = "INSERT INTO circuits (name, failures) VALUES ('ours', '[]')"
        let error = #expect(throws: EngineError.self) { try store.write { try $0.execute(sql: insert) } }
        #expect(error?.code == .busy)
        #expect(error?.message.hasPrefix("process \(holder.processIdentifier) (flock \(path)-queue sh -c") == true)
        #expect(error?.message.hasSuffix("has been writing the journal for 200 ms: it is stopped") == true)
        #expect(error?.hint == "have it go on: kill -CONT \(holder.processIdentifier)")
        kill(holder.processIdentifier, SIGCONT)
        holder.waitUntilExit()
        try store.write { try $0.execute(sql: insert) }
        #expect(try store.read { try String.fetchAll($0, sql: "SELECT name FROM circuits") } == ["ours"])
    }

    private func isStopped(_ process: Int32) -> Bool { ProcessTable.stat(of: process)?.state == UInt8(ascii: "T") }

    /// As many connections as processes have: each increment is read and written within one transaction.
    @Test func ofManyWhoWriteNoneIsLost() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/state.sqlite"
        try StateStore(path: path).write {
            try $0.execute(sql: "INSERT INTO circuits (name, failures, open_until) VALUES ('sum', '[]', 0)")
        }
        let hasEnded = DispatchSemaphore(value: 0)
        for _ in 0..<8 {
            Thread {
                defer { hasEnded.signal() }
                guard let store = try? StateStore(path: path) else { return }
                for _ in 0..<25 {
                    try? store.write { database in
                        let sum = try Int.fetchOne(database, sql: "SELECT open_until FROM circuits") ?? 0
                        try database.execute(sql: "UPDATE circuits SET open_until = ?", arguments: [sum + 1])
                    }
                }
            }.start()
        }
        for _ in 0..<8 { hasEnded.wait() }
        let sum = try StateStore(path: path).read { try Int.fetchOne($0, sql: "SELECT open_until FROM circuits") }
        #expect(sum == 200)
    }

    @Test func aNewerJournalIsRefused() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/state.sqlite"
        try DatabaseQueue(path: path).inDatabase { try $0.execute(sql: "PRAGMA user_version = 99") }
        do {
            _ = try StateStore(path: path)
            Issue.record("it was opened")
        } catch {
            #expect(error.code == .newerSchema)
        }
    }

    @Test func aDamagedJournalIsNamed() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/state.sqlite"
        #expect(throws: EngineError.self) {
            try "this is no database, it only has its name, and a length".write(
                toFile: path, atomically: false, encoding: .utf8)
            _ = try StateStore(path: path)
        }
    }

    @Test func aChangeNamesTheStateThatItExpects() throws {
        let folder = try TemporaryFolder()
        let engine = try Engine(
            EngineConfiguration(folder: folder.path, repository: nil, host: "test", parallelism: 1))
        let run = try engine.submit(try request(for: try workflow([step("a", "true")])))
        let change = RunChange(expected: .queued, status: .running, started: Timestamp(milliseconds: 1))
        try engine.store.journal(run, [.run(change)])
        do {
            try engine.store.journal(run, [.run(change)])
            Issue.record("it was written twice")
        } catch {
            #expect(error.code == .illegalTransition)
            #expect(error.message == "the run is no longer queued, so it cannot become running")
        }
        #expect(try engine.store.record(run).status == .running)
    }

    @Test func aSignalIsGivenOutOnce() throws {
        let folder = try TemporaryFolder()
        let engine = try Engine(
            EngineConfiguration(folder: folder.path, repository: nil, host: "test", parallelism: 1))
        let run = try engine.submit(try request(for: try workflow([step("a", "true")])))
        try engine.store.send(.pause, to: run)
        let go = RunSignal(.deliver(name: "go", data: ["x": 1]))
        try engine.store.send(go, to: run)
        let pending = try engine.store.pendingSignals(run)
        #expect(pending.map(\.signal) == [.pause, go])
        try engine.store.journal(run, [.claimed(pending[0].id)])
        #expect(try engine.store.pendingSignals(run).map(\.signal) == [go])
        #expect(throws: EngineError.self) { try engine.store.journal(run, [.claimed(pending[0].id)]) }
    }

    @Test func anUnknownRunIsNamed() throws {
        let folder = try TemporaryFolder()
        let store = try StateStore(path: "\(folder.path)/state.sqlite")
        let run = try #require(RunID("01ARZ3NDEKTSV4RRFFQ69G5FAV"))
        #expect(throws: EngineError.unknownRun(run)) { try store.record(run) }
    }
}

/// Journals that may not be written.
@Suite struct ReadOnlyJournalTests {
    /// What a disk looks like that can't be written: no file may be made beside the journal, and it may have a WAL.
    @Test(arguments: [false, true]) func isReadWithoutAFileBesideIt(hasWAL: Bool) throws {
        let folder = try TemporaryFolder()
        let engine = try Engine(
            EngineConfiguration(folder: folder.path, repository: nil, host: "test", parallelism: 1))
        let run = try engine.submit(try request(for: try workflow([step("a", "true")])))
        if !hasWAL { _ = try engine.store.pragma("wal_checkpoint(TRUNCATE)") }
        let other = try TemporaryFolder()
        for suffix in hasWAL ? ["", "-wal"] : [""] {
            try FileManager.default.copyItem(
                atPath: "\(folder.path)/state.sqlite\(suffix)", toPath: "\(other.path)/state.sqlite\(suffix)")
        }
        let before = try FileManager.default.contentsOfDirectory(atPath: other.path).sorted()
        let store = try StateStore(readingAt: "\(other.path)/state.sqlite")
        #expect(try store.record(run).status == .queued)
        #expect(try store.runs().map(\.run) == [run])
        #expect(try store.runs().first?.steps.map(\.id.description) == ["a"])
        var header = try store.record(run)
        header.steps = []
        #expect(try store.runs(RunQuery(withSteps: false)) == [header])
        #expect(try FileManager.default.contentsOfDirectory(atPath: other.path).sorted() == before)
    }

    @Test func aMissingOneIsEmpty() throws {
        let folder = try TemporaryFolder()
        let store = try StateStore(readingAt: "\(folder.path)/no/state.sqlite")
        #expect(try store.runs().isEmpty)
        #expect(folder.read("no/state.sqlite") == nil)
    }

    @Test func aDamagedOneSaysWhatToDo() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/state.sqlite"
        try "this is no database, it only has its name, and a length".write(
            toFile: path, atomically: false, encoding: .utf8)
        for open in [{ try StateStore(readingAt: path) }, { try StateStore(path: path) }] {
            do {
                _ = try open()
                Issue.record("it was opened")
            } catch {
                let error = try #require(error as? EngineError)
                #expect(error.code == .corrupt)
                #expect(error.hint?.contains("mv \(path) \(path).damaged") == true)
            }
        }
    }
}
