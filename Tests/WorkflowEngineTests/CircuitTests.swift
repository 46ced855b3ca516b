import DocumentTree
import Testing
import WorkflowLanguage

@testable import WorkflowEngine

/// Circuit breakers, whose state all runs share.
@Suite struct CircuitTests {
    private let policy = CircuitPolicy(failures: 3, window: .seconds(60), openFor: .seconds(30))

    private func run(_ digit: Character) throws -> RunID {
        try #require(RunID("01ARZ3NDEKTSV4RRFFQ69G5FA\(digit)"))
    }

    private func store(_ folder: TemporaryFolder, at seconds: Int) throws -> StateStore {
        try StateStore(
            path: "\(folder.path)/state.sqlite", clock: FixedClock(seconds * 1000))
    }

    private func enter(_ folder: TemporaryFolder, at seconds: Int, _ run: RunID) throws -> CircuitVerdict {
        try store(folder, at: seconds).enterCircuit("host", as: run, host: "test")
    }

    private func leave(_ folder: TemporaryFolder, at seconds: Int, _ run: RunID, failed: Bool?) throws {
        try store(folder, at: seconds).leaveCircuit("host", as: run, policy, hasFailed: failed)
    }

    @Test func opensAfterSoManyFailuresWithinTheWindow() throws {
        let folder = try TemporaryFolder()
        let (one, two) = (try run("A"), try run("B"))
        try leave(folder, at: 0, one, failed: true)
        try leave(folder, at: 50, two, failed: true)
        // The first failure is outside of the window by now.
        try leave(folder, at: 61, one, failed: true)
        #expect(try enter(folder, at: 61, one) == .closed)
        try leave(folder, at: 62, two, failed: true)
        #expect(try enter(folder, at: 62, one) == .open(until: Timestamp(milliseconds: 92_000)))
        #expect(try enter(folder, at: 91, two) == .open(until: Timestamp(milliseconds: 92_000)))
    }

    @Test func oneRunTriesAndClosesOrOpensItAgain() throws {
        let folder = try TemporaryFolder()
        let (one, two) = (try run("A"), try run("B"))
        for _ in 0..<3 { try leave(folder, at: 0, one, failed: true) }
        #expect(try enter(folder, at: 30, one) == .probe)
        try leave(folder, at: 31, one, failed: true)
        #expect(try enter(folder, at: 32, two) == .open(until: Timestamp(milliseconds: 61_000)))
        #expect(try enter(folder, at: 61, two) == .probe)
        try leave(folder, at: 62, two, failed: false)
        #expect(try enter(folder, at: 62, one) == .closed)
        try leave(folder, at: 63, one, failed: true)
        #expect(try enter(folder, at: 63, one) == .closed)
    }

    @Test func othersWaitWhileALivingRunTries() throws {
        let folder = try TemporaryFolder()
        let engine = try Engine(
            EngineConfiguration(folder: folder.path, repository: nil, host: "test", parallelism: 1))
        let one = try engine.submit(try request(for: workflow([step("a", "true")])))
        let two = try run("B")
        for _ in 0..<3 { try leave(folder, at: 0, two, failed: true) }
        let later = try store(folder, at: 31)
        try later.acquireLease(one, host: "test")
        #expect(try later.enterCircuit("host", as: one, host: "test") == .probe)
        #expect(try later.enterCircuit("host", as: two, host: "test") == .probed(by: one))
        // It was cut short: nothing is known, and another may try.
        try later.leaveCircuit("host", as: one, policy, hasFailed: nil)
        #expect(try later.enterCircuit("host", as: two, host: "test") == .probe)
    }
}
