import Foundation
import Testing

@testable import WorkflowEngine

/// Runs whose submitter died before anybody drove them.
struct QueuedRunTests {
    @Test func oneThatNobodyTookUpIsInterrupted() throws {
        let folder = try TemporaryFolder()
        let clock = FixedClock(1_800_000_000_000)
        let engine = try Engine(
            EngineConfiguration(folder: folder.path, repository: nil, host: "test", parallelism: 1, clock: clock))
        let run = try engine.submit(try request(for: try workflow([step("a", "true")])))
        clock.set(1_800_000_004_999)
        #expect(try engine.interruptedRuns().isEmpty)
        clock.set(1_800_000_005_000)
        #expect(try engine.interruptedRuns() == [run])
        // Whoever drives it by now keeps it.
        try engine.store.acquireLease(run, host: "test")
        #expect(try engine.interruptedRuns().isEmpty)
    }

    /// Nobody else takes it up meanwhile, however long that takes, and when it is over nobody holds it.
    @Test func oneThatItsSubmitterDrivesIsHeldFromTheStart() throws {
        let folder = try TemporaryFolder()
        let clock = FixedClock(1_800_000_000_000)
        let engine = try Engine(
            EngineConfiguration(folder: folder.path, repository: nil, host: "test", parallelism: 1, clock: clock))
        let run = try engine.submit(try request(for: try workflow([step("a", "true")])), drivenHere: true)
        #expect(try engine.isDriven(run))
        clock.set(1_800_000_100_000)
        #expect(try engine.runsToTakeUp().isEmpty)
        let record = try engine.drive(run, in: RunEnvironment(variables: [:], root: folder.path))
        #expect(record.status == .succeeded)
        #expect(try engine.store.lease(run) == nil)
    }

    /// The end of a run and that nobody drives it any more are one transaction.
    @Test func oneThatIsOverIsHeldByNobody() throws {
        let folder = try TemporaryFolder()
        let engine = try Engine(
            EngineConfiguration(folder: folder.path, repository: nil, host: "test", parallelism: 1))
        let run = try engine.submit(try request(for: try workflow([step("a", "true")])), drivenHere: true)
        var leases: [Lease?] = []
        _ = try engine.drive(run, in: RunEnvironment(variables: [:], root: folder.path)) { progress in
            if case .runLeft = progress { leases.append(try? engine.store.lease(run)) }
        }
        #expect(leases == [nil])
    }

    @Test func oneThatWasCancelledNeedsNoFolderForShortLivedFiles() throws {
        let folder = try TemporaryFolder()
        let engine = try Engine(
            EngineConfiguration(folder: folder.path, repository: nil, host: "test", parallelism: 1))
        let run = try engine.submit(try request(for: try workflow([step("a", "true")])))
        try engine.send(.cancel(), to: run)
        let record = try engine.drive(run, in: RunEnvironment(variables: [:], root: folder.path))
        #expect(record.status == .cancelled)
        #expect(!FileManager.default.fileExists(atPath: engine.configuration.scratchFolder))
    }

    @Test func onePausedBeforeItBeganStaysPaused() throws {
        let folder = try TemporaryFolder()
        let clock = FixedClock(1_800_000_000_000)
        let engine = try Engine(
            EngineConfiguration(folder: folder.path, repository: nil, host: "test", parallelism: 1, clock: clock))
        let run = try engine.submit(try request(for: try workflow([step("a", "true")])))
        try engine.store.journal(run, [.run(RunChange(expected: .queued, status: .paused))])
        clock.set(1_800_000_100_000)
        #expect(try engine.interruptedRuns().isEmpty)
    }
}
