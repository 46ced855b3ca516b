import Foundation
import GitStore
import Testing
import WorkflowEngine

@testable import WorkflowRecords

@Suite struct WrittenTipsTests {
    private let reference = "refs/notes/wfrepo/runs/a1b2c3d4e5f60718/2026-11"

    private func record(_ numbers: Range<Int>, in repository: TestRepository) throws {
        _ = try repository.recorder().record(WaitingRuns(repository.runs(numbers)))
    }

    private func tips(_ repository: TestRepository) throws -> [String: String] {
        try WrittenTips(of: repository.open()).all.mapValues(\.description)
    }

    private func file(_ repository: TestRepository) throws -> String {
        try String(contentsOfFile: repository.path + "/.git/wfrepo/tips", encoding: .utf8)
    }

    @Test func theLatestMoveStandsInTheLock() throws {
        let repository = try TestRepository()
        try record(0..<1, in: repository)
        let first = try repository.git("rev-parse", reference)
        try record(1..<2, in: repository)
        let second = try repository.git("rev-parse", reference)
        #expect(try file(repository) == "\(first) \(reference)\n")
        #expect(try tips(repository) == [reference: second])
    }

    @Test func itGoesIntoTheFileBeforeAnotherReferenceIsMoved() throws {
        let repository = try TestRepository()
        try record(0..<2, in: repository)
        try record(2..<3, in: repository)
        let runs = try repository.git("rev-parse", reference)
        let audit = "refs/notes/wfrepo/audit/a1b2c3d4e5f60718/2026-11"
        let time = try Timestamp.at("2026-11-21T12:00:00.000Z")
        let event = AuditEvent(
            id: try #require(AuditEventID(at: time, derivedFrom: "test")), time: time, kind: .exportMade, actor: wfrepo,
            source: AuditSource(.system, "test"))
        try AuditLog(repository.open(), clone: clone, committer: wfrepo, clock: FixedClock(now: time)).append(event)
        #expect(try file(repository).contains("\(runs) \(reference)\n"))
        #expect(try tips(repository) == [reference: runs, audit: repository.git("rev-parse", audit)])
    }

    /// As a loss of power leaves it that comes before the end of a move was on disk.
    @Test func aMoveWhoseEndWasNotWrittenDownIsNobodyElses() throws {
        let repository = try TestRepository()
        try record(0..<1, in: repository)
        let first = try #require(CommitID(repository.git("rev-parse", reference)))
        try record(1..<2, in: repository)
        let second = try repository.git("rev-parse", reference)
        let begun = RecorderLock.Intent(reference: reference, tip: second, .begun(after: first))
        try Data(begun.text.utf8).write(to: URL(filePath: repository.path + "/.git/wfrepo/recorder.lock"))
        #expect(try repository.recorder().record(WaitingRuns(repository.runs(2..<3))).foreignWrites.isEmpty)
        #expect(try tips(repository) == [reference: repository.git("rev-parse", reference)])
    }

    /// One that was begun and never made, and somebody else's write since: what is united is what was there before it.
    @Test func aMoveThatWasNotMadeIsNoTip() throws {
        let repository = try TestRepository()
        try record(0..<1, in: repository)
        try record(1..<2, in: repository)
        let last = try #require(CommitID(repository.git("rev-parse", reference)))
        let begun = RecorderLock.Intent(
            reference: reference, tip: String(repeating: "a", count: 40), .begun(after: last))
        try Data(begun.text.utf8).write(to: URL(filePath: repository.path + "/.git/wfrepo/recorder.lock"))
        try repository.git("update-ref", reference, "\(last)~1")
        let outcome = try repository.recorder().record(WaitingRuns(repository.runs(2..<3)))
        #expect(outcome.foreignWrites.map(\.written) == [last.description])
        #expect(try repository.noted().count == 4)
    }

    @Test func whatTheFileDoesNotHaveIsForgotten() throws {
        let repository = try TestRepository()
        try record(0..<1, in: repository)
        try Data().write(to: URL(filePath: repository.path + "/.git/wfrepo/tips"))
        #expect(try tips(repository).isEmpty)
    }
}
