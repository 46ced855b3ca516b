import Testing
import WorkflowEngine
import WorkflowLanguage

@Suite struct ControlTests {
    /// Runs, and does something as soon as the step has begun to print.
    private func run(_ workflow: Workflow, whenPrinting act: @escaping (Engine, RunID) throws -> Void) throws -> Ran {
        var hasActed = false
        return try WorkflowEngineTests.run(workflow) { _ in
        } observer: { engine, run, progress in
            guard case .output = progress, !hasActed else { return }
            hasActed = true
            do { try act(engine, run) } catch { Issue.record(error) }
        }
    }

    @Test func cancelEndsWhatRunsAndSkipsTheRest() throws {
        let ran = try run(
            workflow(
                [
                    step("a", "true", compensate: "echo a >> undone"), step("b", "echo up; sleep 1000"),
                    step("c", "true"), step("d", "echo d >> cleaned", if: "cancelled()"),
                ], onFailure: .compensate)
        ) { try $0.send(.cancel(), to: $1) }
        #expect(ran.record.steps.map(\.status) == [.compensated, .cancelled, .skipped, .succeeded])
        #expect(ran["c"]?.skipped == "the run was cancelled")
        #expect(ran.record.status == .compensated)
        #expect(ran.folder.read("undone") == "a\n")
        #expect(ran.folder.read("cleaned") == "d\n")
    }

    @Test func cancelWithoutUndoLeavesEverythingAsItIs() throws {
        let ran = try run(
            workflow(
                [step("a", "true", compensate: "echo a >> undone"), step("b", "echo up; sleep 1000")],
                onFailure: .compensate)
        ) { try $0.send(.cancel(compensating: false), to: $1) }
        #expect(ran.record.status == .cancelled)
        #expect(ran["b"]?.outcome == .cancelled)
        #expect(ran["b"]?.error?.kind == "cancelled")
        #expect(ran.folder.read("undone") == nil)
    }

    @Test func aSignalFromAnotherProcessIsSeen() throws {
        // Another engine on the same folder is to the driver what another process is.
        let ran = try run(workflow([step("b", "echo up; sleep 1000")])) { engine, run in
            try Engine(engine.configuration).send(.cancel(), to: run)
        }
        #expect(ran.record.status == .cancelled)
    }

    @Test func aStepIsNotTriedAgainInACancelledRun() throws {
        let retry = RetryPolicy(
            strategy: .fixed, maxAttempts: 9, delay: .seconds(1000), factor: 1, maxDelay: nil, jitter: 0, on: [])
        let ran = try run(workflow([step("b", "echo up; exit 1", retry: retry)])) { try $0.send(.cancel(), to: $1) }
        #expect(ran.record.status == .cancelled)
        #expect(ran["b"]?.attempts.count == 1)
    }

    @Test func aPausedRunGoesOnWhereItStood() throws {
        let flow = try workflow([
            step("a", "echo up; sleep 0.3; echo a >> order"), step("b", "echo b >> order"),
            step("c", "echo c >> order"),
        ])
        let paused = try run(flow) { try $0.send(.pause, to: $1) }
        #expect(paused.record.status == .paused)
        #expect(paused.record.steps.map(\.status.hasEnded) == [true, false, false])
        #expect(try paused.engine.interruptedRuns().isEmpty)
        #expect(try paused.engine.store.lease(paused.record.run) == nil)
        let resumed = try paused.engine.resumeForTest(paused.record.run, root: paused.folder.path)
        #expect(resumed.status == .succeeded)
        #expect(paused.folder.read("order") == "a\nb\nc\n")
    }

    @Test func aRunThatIsCancelledBeforeItStartsRunsNothing() throws {
        let folder = try TemporaryFolder()
        let engine = try Engine(
            EngineConfiguration(folder: "\(folder.path)/state", repository: nil, host: "test", parallelism: 2))
        let run = try engine.submit(try request(for: try workflow([step("a", "touch ran")])))
        try engine.send(.cancel(), to: run)
        let record = try engine.drive(run, in: RunEnvironment(variables: [:], root: folder.path))
        #expect(record.status == .cancelled)
        #expect(record.steps.map(\.status) == [.skipped])
        #expect(folder.read("ran") == nil)
        // Driving what is over changes nothing.
        #expect(try engine.drive(run, in: RunEnvironment(variables: [:], root: folder.path)) == record)
    }

    @Test func twoDriversDoNotDriveOneRun() throws {
        let folder = try TemporaryFolder()
        let driver = try DriverProcess(
            folder, yaml: "workspace: worktree\nsteps:\n  - id: a\n    run: echo > up; sleep 1000\n")
        try driver.waitForFile("up")
        let engine = try driver.engine()
        #expect(throws: EngineError.self) {
            try engine.drive(driver.run, in: RunEnvironment(variables: [:], root: folder.path))
        }
        do {
            _ = try engine.drive(driver.run, in: RunEnvironment(variables: [:], root: folder.path))
        } catch {
            #expect(error.code == .driven)
            #expect(error.message == "process \(driver.pid) on test drives it")
        }
        try engine.send(.cancel(), to: driver.run)
        #expect(try driver.waitForEnd() == "cancelled")
    }
}
