import DocumentTree
import Foundation
import GitStore
import Testing
import WorkflowEngine
import WorkflowLanguage

@testable import WorkflowRecords

/// Events that wait to be put into git.
@Suite struct AuditQueueTests {
    private struct Crash: Error {}
    private let notes = "--ref=wfrepo/audit/a1b2c3d4e5f60718/2026-11"

    private func log(_ repository: TestRepository) throws -> AuditLog {
        AuditLog(
            try repository.open(), clone: clone, committer: wfrepo,
            clock: FixedClock(now: try .at("2026-11-21T05:21:00.000Z")))
    }

    private func queue(_ repository: TestRepository) throws -> AuditQueue { AuditQueue(of: try repository.open()) }

    private func entry(_ number: Int, on commit: CommitID? = nil) throws -> AuditLog.Entry {
        let time = Timestamp(milliseconds: try Timestamp.at("2026-11-21T05:20:00.000Z").milliseconds + number)
        return AuditLog.Entry(
            AuditEvent(
                id: try #require(AuditEventID(at: time, derivedFrom: "test \(number)")), time: time,
                kind: .workflowChanged, workflow: WorkflowName("deploy"),
                actor: Actor(name: "Ada", email: "ada@example.org"), source: AuditSource(.commandLine, "wfrepo commit"),
                details: ["number": .integer(number)]), on: commit)
    }

    private func fold(_ repository: TestRepository, into log: AuditLog) throws -> Int {
        try queue(repository).fold(into: log) { write in
            AuditLog.Entry(
                AuditEvent(
                    write, id: try #require(AuditEventID("01KAJHM2PA0000000000999999")),
                    time: try .at("2026-11-21T05:21:00.000Z"), actor: wfrepo, source: AuditSource(.system, "test")))
        }
    }

    private func lines(_ repository: TestRepository, on commit: String = "HEAD") throws -> [Substring] {
        try repository.git("notes", notes, "show", commit).split(separator: "\n")
    }

    @Test func whatWaitsGoesIntoGitInItsOrderAndOnItsCommit() throws {
        let repository = try TestRepository()
        let older = try #require(CommitID(try repository.git("rev-parse", "HEAD^")))
        try queue(repository).append([entry(1), entry(2, on: older)])
        try queue(repository).append([entry(3)])
        #expect(try queue(repository).waiting().map(\.event) == [entry(1).event, entry(2).event, entry(3).event])
        #expect(try queue(repository).waiting().map(\.commit) == [nil, older, nil])
        #expect(try fold(repository, into: log(repository)) == 3)
        #expect(try queue(repository).waiting().isEmpty)
        #expect(try lines(repository).count == 2)
        #expect(try lines(repository, on: "HEAD^").count == 1)
        #expect(
            try AuditReader(repository.open()).latest(9).map(\.details) == [
                ["number": 3], ["number": 2], ["number": 1],
            ])
        try repository.expectSound()
    }

    @Test(arguments: RecorderStep.allCases.filter { $0 != .marked })
    func aCrashDoublesNothingAndLosesNothing(step: RecorderStep) throws {
        let repository = try TestRepository()
        // More than a note holds: what is written again must not go to the next one.
        let entries = try (0..<260).map { try entry($0) }
        try queue(repository).append(entries)
        var crashing = try log(repository)
        crashing.fault = { if $0 == step { throw Crash() } }
        #expect(throws: Crash.self) { try fold(repository, into: crashing) }
        try repository.commit("workflows/deploy.yaml", "steps: [{run: make all}]\n", "Move HEAD meanwhile")
        _ = try fold(repository, into: log(repository))
        let found = try AuditReader(repository.open()).latest(1000)
        #expect(found.count == 260)
        #expect(Set(found.map(\.id)).count == 260)
        let segment = try #require(RecordSegment(reference: "refs/notes/wfrepo/audit/a1b2c3d4e5f60718/2026-11"))
        #expect(try AuditReader(repository.open()).faults(in: segment).isEmpty)
        #expect(try queue(repository).waiting().isEmpty)
    }

    @Test func aCrashBeforeMidnightDoublesNothingInTheNextMonth() throws {
        let repository = try TestRepository()
        func log(at time: String) throws -> AuditLog {
            AuditLog(try repository.open(), clone: clone, committer: wfrepo, clock: FixedClock(now: try .at(time)))
        }
        // Written into git, and not taken off the queue yet.
        let entries = try (0..<3).map { try entry($0) }
        try log(at: "2026-11-30T23:59:59.000Z").append(entries)
        try queue(repository).append(entries + [entry(3)])
        _ = try fold(repository, into: log(at: "2026-12-01T00:00:01.000Z"))
        let found = try AuditReader(repository.open()).latest(9).map(\.details)
        #expect(found == [["number": 3], ["number": 2], ["number": 1], ["number": 0]])
        let lines = try repository.git(
            "log", "--format=%B", "refs/notes/wfrepo/audit/a1b2c3d4e5f60718/2026-12")
        #expect(lines.split(separator: "\n").filter { $0.contains(" workflow.changed ") }.count == 1)
    }

    @Test func aTornLineIsLeftOutAndDoesNotSwallowTheNext() throws {
        let repository = try TestRepository()
        try queue(repository).append([entry(1)])
        let file = URL(filePath: repository.path + "/.git/wfrepo/audit.queue")
        try (Data(contentsOf: file) + Data("{\"id\":\"01KAJHM2PA0000".utf8)).write(to: file)
        try queue(repository).append([entry(2)])
        #expect(try queue(repository).waiting().map(\.event.details) == [["number": 1], ["number": 2]])
        #expect(try queue(repository).damagedLines().isEmpty)
        #expect(try fold(repository, into: log(repository)) == 2)
    }

    @Test func everyFlippedBitIsFoundOrWithoutEffect() throws {
        let repository = try TestRepository()
        let queue = try queue(repository)
        let older = CommitID(try repository.git("rev-parse", "HEAD^"))
        try queue.append([entry(1), entry(2, on: older)])
        let written = try queue.waiting().map { "\($0.event) \($0.commit.map(\.description) ?? "")" }
        let sound = try Array(Data(contentsOf: URL(filePath: queue.path)))
        var found = 0
        for place in sound.indices {
            for bit in 0..<8 {
                var bytes = sound
                bytes[place] ^= 1 << bit
                try Data(bytes).write(to: URL(filePath: queue.path))
                if try !queue.damagedLines().isEmpty {
                    found += 1
                } else {
                    let read = try queue.waiting().map { "\($0.event) \($0.commit.map(\.description) ?? "")" }
                    #expect(read == written, "bit \(bit) of byte \(place)")
                }
            }
        }
        // What has no effect is the name of the key that holds the sum.
        #expect(found > sound.count * 8 - 2 * 8 * 8)
    }

    @Test func aLineWithoutASumIsTakenAsItIs() throws {
        let repository = try TestRepository()
        let queue = try queue(repository)
        try queue.append([entry(1)])
        let line = try String(contentsOfFile: queue.path, encoding: .utf8)
        let old = try #require(line.firstRange(of: ",\"sum\":")).lowerBound
        try (line[..<old] + "}\n").write(toFile: queue.path, atomically: false, encoding: .utf8)
        #expect(try queue.waiting().map(\.event) == [entry(1).event])
        #expect(try queue.damagedLines().isEmpty)
    }

    @Test func aDamagedLineIsPutAsideAndNamedUntilSomebodyLooks() throws {
        let repository = try TestRepository()
        let queue = try queue(repository)
        try queue.append([entry(1), entry(2), entry(3)])
        let text = try String(contentsOfFile: queue.path, encoding: .utf8)
        let damaged = text.split(separator: "\n")[1].replacing("deploy", with: "destroy")
        try text.replacing(text.split(separator: "\n")[1], with: damaged).write(
            toFile: queue.path, atomically: false, encoding: .utf8)
        #expect(
            try repository.faults() == [
                "\(queue.path): line 2, an audit event that waits, was changed after it was written"
            ])
        #expect(try fold(repository, into: log(repository)) == 2)
        #expect(try lines(repository).count == 2)
        #expect(try queue.waiting().isEmpty)
        #expect(try String(contentsOfFile: queue.damagedPath, encoding: .utf8) == damaged + "\n")
        #expect(try repository.faults().map { $0.prefix(queue.damagedPath.count) } == [queue.damagedPath[...]])
        try FileManager.default.removeItem(atPath: queue.damagedPath)
        #expect(try repository.faults().isEmpty)
    }

    @Test func manyProcessesAppendWhileOthersFold() async throws {
        let repository = try TestRepository()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    for number in 0..<10 { try queue(repository).append([entry(worker * 100 + number)]) }
                }
            }
            for _ in 0..<2 {
                group.addTask { for _ in 0..<5 { _ = try fold(repository, into: log(repository)) } }
            }
            try await group.waitForAll()
        }
        _ = try fold(repository, into: log(repository))
        #expect(try AuditReader(repository.open()).latest(1000).count == 40)
        #expect(try queue(repository).waiting().isEmpty)
    }

    @Test func itIsDueWhenMuchWaitsOrForLong() throws {
        let repository = try TestRepository()
        let queue = try queue(repository)
        #expect(try !queue.isDue(at: .at("2026-11-21T05:21:00.000Z")))
        try queue.append([entry(0)])
        #expect(try !queue.isDue(at: .at("2026-11-21T05:20:59.999Z")))
        #expect(try queue.isDue(at: .at("2026-11-21T05:21:00.000Z")))
        try queue.append((1..<300).map { try entry($0) })
        #expect(try queue.isDue(at: .at("2026-11-21T05:20:01.000Z")))
    }

    @Test func aRunIsToldBeforeItCountsAsRecorded() throws {
        let repository = try TestRepository()
        let run = try repository.run(7, status: .failed, error: "boom")
        let runs = WaitingRuns([run])
        let queue = try queue(repository)
        var crashing = try repository.recorder()
        crashing.fault = { if $0 == .moved { throw Crash() } }
        #expect(throws: Crash.self) { try crashing.record(AuditedRuns(runs, telling: queue)) }
        #expect(try queue.waiting().isEmpty)
        _ = try repository.recorder().record(AuditedRuns(runs, telling: queue))
        let events = try queue.waiting()
        #expect(events.map(\.event.kind) == [.runQueued, .runStarted, .runFinished])
        #expect(events.allSatisfy { $0.commit == run.definition.commit })
        let commit = try #require(events.last?.event.details["run_commit"]?.string)
        let note = try repository.git("notes", "--ref=wfrepo/runs/a1b2c3d4e5f60718/2026-11", "show", commit)
        #expect(events.last?.event.details["status"] == "failed")
        #expect(events.last?.event.details["record_sha256"]?.string == sha256(Array((note + "\n").utf8)))
        // Told again after a crash it is told once.
        runs.add(run)
        try AuditedRuns(runs, telling: queue).tellAgain(run)
        #expect(try queue.waiting().count == 3)
    }
}

extension AuditedRuns {
    fileprivate func tellAgain(_ run: RunRecord) throws {
        _ = try unrecorded(limit: 1)
        try UnsyncedFile.wait(
            for: tell([
                RunReceipt(
                    run: run.run, commit: try RunCommit(run).id(), recordHash: sha256(try RunNote.bytes(of: run)))
            ]))
    }
}
