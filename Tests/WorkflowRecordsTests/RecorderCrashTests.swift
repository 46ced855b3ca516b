import Foundation
import GitStore
import Testing
import WorkflowEngine

@testable import WorkflowRecords

@Suite struct RecorderCrashTests {
    private struct Crash: Error {}
    private let reference = "refs/notes/wfrepo/runs/a1b2c3d4e5f60718/2026-11"

    /// Ends at a step as a crash would, and then records again.
    /// A disk that fails for a moment once the reference has moved: the next attempt finds nothing to do.
    @Test func whatAFailedAttemptHasRecordedIsToldAsRecorded() throws {
        let repository = try TestRepository()
        let runs = try repository.runs(0..<3)
        var recorder = try repository.recorder()
        var hasFailed = false
        recorder.fault = { step in
            guard step == .moved, !hasFailed else { return }
            hasFailed = true
            throw GitError(.io, "write file", "tips", "input/output error")
        }
        #expect(try recorder.record(WaitingRuns(runs)).recorded.sorted() == runs.map(\.run).sorted())
        #expect(try repository.noted().count == 4)
    }

    @Test(arguments: RecorderStep.allCases, [1, 12])
    func aCrashLosesNothingAndDoublesNothing(step: RecorderStep, count: Int) throws {
        let repository = try TestRepository()
        let records = try repository.runs(0..<count)
        let waiting = WaitingRuns(records)
        var crashing = try repository.recorder()
        crashing.fault = { if $0 == step { throw Crash() } }
        #expect(throws: Crash.self) { _ = try crashing.record(waiting) }

        let outcome = try repository.recorder().record(waiting)
        #expect(outcome.foreignWrites.isEmpty)
        #expect(waiting.count == 0)
        #expect(try repository.noted().count == count + 1)
        #expect(try repository.git("rev-list", "--count", "--grep=^record ", reference) == "1")
        let reader = RecordReader(try repository.open())
        #expect(Set(try reader.latest(100).map(\.summary.run)) == Set(records.map(\.run)))
        #expect(try reader.digest(of: #require(CommitID(repository.git("rev-parse", "HEAD")))).count == count)
        try repository.expectSound()
    }

    /// A crash in the middle of several segments: the first is done, the others are not.
    @Test func aCrashBetweenSegmentsIsMadeGood() throws {
        let repository = try TestRepository()
        let months = ["2026-09", "2026-10", "2026-11"]
        let waiting = WaitingRuns(try months.map { try repository.run(0, ended: "\($0)-10T00:00:00.000Z") })
        var crashing = try repository.recorder()
        crashing.fault = { if $0 == .moved { throw Crash() } }
        for _ in months { #expect(throws: Crash.self) { _ = try crashing.record(waiting) } }
        _ = try repository.recorder().record(waiting)
        for month in months { #expect(try repository.noted(month).count == 2) }
        try repository.expectSound()
    }

    /// What kill -9 leaves while libgit2 moves a reference: its lock file, empty or complete.
    @Test(arguments: [true, false])
    func aLockLeftByADeadRecorderIsRemoved(isComplete: Bool) throws {
        let repository = try TestRepository()
        _ = try repository.recorder().record(WaitingRuns(repository.runs(0..<1)))
        let waiting = WaitingRuns(try repository.runs(1..<2))
        var crashing = try repository.recorder()
        crashing.fault = { if $0 == .written { throw Crash() } }
        #expect(throws: Crash.self) { _ = try crashing.record(waiting) }
        let intent = try String(contentsOfFile: repository.path + "/.git/wfrepo/recorder.lock", encoding: .utf8)
        let lock = repository.path + "/.git/\(reference).lock"
        try Data((isComplete ? String(intent.prefix(40)) + "\n" : "").utf8).write(to: URL(fileURLWithPath: lock))

        #expect(try repository.recorder().record(waiting).recorded.count == 1)
        #expect(!FileManager.default.fileExists(atPath: lock))
        #expect(try repository.noted().count == 3)
    }

    @Test func aLockOfSomebodyElseIsLeftAlone() throws {
        let repository = try TestRepository()
        _ = try repository.recorder().record(WaitingRuns(repository.runs(0..<1)))
        let waiting = WaitingRuns(try repository.runs(1..<2))
        var crashing = try repository.recorder()
        crashing.fault = { if $0 == .written { throw Crash() } }
        #expect(throws: Crash.self) { _ = try crashing.record(waiting) }
        let lock = repository.path + "/.git/\(reference).lock"
        let others = String(repeating: "b", count: 40) + "\n"
        try Data(others.utf8).write(to: URL(fileURLWithPath: lock))

        let error = #expect(throws: GitError.self) { _ = try repository.recorder().record(waiting) }
        #expect(error?.code == .locked)
        #expect(try String(contentsOfFile: lock, encoding: .utf8) == others)
        #expect(waiting.count == 1)
        try FileManager.default.removeItem(atPath: lock)
        #expect(try repository.recorder().record(waiting).recorded.count == 1)
    }

    /// What is written over something of the same length is there as a whole or not at all.
    @Test func everyIntentHasTheSameLength() throws {
        let tip = try #require(CommitID(String(repeating: "a", count: 40)))
        for progress in [RecorderLock.Intent.Progress.begun(after: nil), .begun(after: tip), .over] {
            let intent = RecorderLock.Intent(reference: reference, tip: String(repeating: "b", count: 40), progress)
            #expect(intent.text.utf8.count == 256)
            #expect(RecorderLock.Intent(text: intent.text) == intent)
        }
    }

    @Test func aTornIntentIsNone() {
        #expect(RecorderLock.Intent(text: "") == nil)
        #expect(RecorderLock.Intent(text: String(repeating: "a", count: 40) + " refs/notes/x") == nil)
        #expect(RecorderLock.Intent(text: "aaaa refs/notes/x\n") == nil)
        #expect(RecorderLock.Intent(text: String(repeating: "a", count: 40) + " refs/notes/x ov\n") == nil)
    }

    @Test func aDamagedFileOfTipsIsNamed() throws {
        let repository = try TestRepository()
        _ = try repository.recorder().record(WaitingRuns(repository.runs(0..<1)))
        try Data("nonsense\n".utf8).write(to: URL(fileURLWithPath: repository.path + "/.git/wfrepo/tips"))
        let error = #expect(throws: RecordsError.self) {
            _ = try repository.recorder().record(WaitingRuns(repository.runs(1..<2)))
        }
        #expect(error?.code == .corrupt)
        #expect(error?.object?.hasSuffix("/.git/wfrepo/tips") == true)
    }
}
