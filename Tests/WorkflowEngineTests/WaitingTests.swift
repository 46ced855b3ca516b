import DocumentTree
import Foundation
import GRDB
import Testing
import WorkflowLanguage

@testable import WorkflowEngine

/// Steps that wait for a time, a signal, or people.
@Suite struct WaitingTests {
    private let ada = Actor(name: "Ada", email: "ada@example.test")
    private let bob = Actor(name: "Bob", email: "bob@example.test")

    /// A run of these steps (YAML), as its first driver left it.
    private func run(_ steps: String, patience: Duration = .zero) throws -> Ran {
        try WorkflowEngineTests.run(try parsed("workspace: worktree\nsteps:\n" + steps)) { $0.patience = patience }
    }

    private func parsed(_ yaml: String) throws -> Workflow {
        let parsed = Workflow.parse(Array(yaml.utf8), name: try #require(WorkflowName("test")))
        return try #require(parsed.workflow, "\(parsed.errors)")
    }

    private func step(_ id: String) throws -> StepID { try #require(StepID(id)) }

    private func drive(_ ran: Ran) throws -> RunRecord {
        try ran.engine.driveForTest(ran.record.run, root: ran.folder.path)
    }

    // MARK: Times

    @Test func aDelayIsWaitedForAndKeepsItsTime() throws {
        let ran = try run("  - {id: wait, uses: delay, with: {for: 300ms}}\n  - {id: b, run: echo b >> order}\n")
        #expect(ran.record.status == .succeeded)
        let wait = try #require(ran["wait"])
        #expect(wait.attempts.count == 1)
        let took = try #require(wait.duration)
        #expect(took >= .milliseconds(300) && took < .seconds(5))
        let until = try #require(wait.outputs["until"]?.string.flatMap(Timestamp.init))
        #expect(until == wait.attempts[0].started.advanced(by: .milliseconds(300)) || took >= .milliseconds(300))
    }

    /// The clock is set, two hours on or back, while the run waits: that is no reason for it to have taken too long.
    @Test(arguments: [7_200_000, -7_200_000])
    func aClockThatIsSetIsNoTimeout(by jump: Int) throws {
        let start = 1_790_000_000_000
        let clock = FixedClock(start)
        let flow = try parsed(
            """
            workspace: worktree
            timeout: 1m
            steps:
              - {id: wait, uses: delay, with: {for: 50ms}, timeout: 30s}
              - {id: soft, uses: signal, with: {name: go, timeout: 50ms, on-lapse: continue}, timeout: 30s}
              - {id: b, run: echo b >> order}
            """)
        let ran = try WorkflowEngineTests.run(flow) {
            $0.clock = clock
            $0.patience = .seconds(60)
        } observer: { _, _, progress in
            if case .stepWaits(let step) = progress, step.id.description == "wait" { clock.set(start + jump) }
        }
        #expect(ran.record.steps.map(\.status) == [.succeeded, .succeeded, .succeeded])
        #expect(ran.record.status == .succeeded)
        #expect(ran.folder.read("order") == "b\n")
    }

    /// A moment of the calendar comes when the clock shows it, however little time has passed.
    @Test func aMomentFollowsAClockThatIsSet() throws {
        let start = 1_790_000_000_000
        let clock = FixedClock(start)
        let flow = try parsed(
            "workspace: worktree\nsteps:\n  - {id: wait, uses: delay, with: {until: '2026-09-22T00:00:00Z'}}\n")
        let moment = try #require(Timestamp("2026-09-22T00:00:00.000Z"))
        let began = ContinuousClock.now
        let ran = try WorkflowEngineTests.run(flow) {
            $0.clock = clock
        } observer: { _, _, progress in
            if case .stepWaits = progress { clock.set(moment.milliseconds + 5) }
        }
        #expect(ran.record.status == .succeeded)
        #expect(ran["wait"]?.outputs["until"] == "2026-09-22T00:00:00.000Z")
        #expect(ContinuousClock.now - began < .seconds(20))
    }

    @Test func aTimeInThePastIsNoWait() throws {
        let ran = try run("  - {id: wait, uses: delay, with: {until: '2020-02-29T23:00:00+01:00'}}\n")
        #expect(ran["wait"]?.outputs["until"] == "2020-02-29T22:00:00.000Z")
        #expect(ran.record.status == .succeeded)
    }

    @Test func parametersFromExpressionsAreChecked() throws {
        let ran = try run("  - {id: wait, uses: delay, with: {for: '${{ execution_id }}'}}\n")
        #expect(ran["wait"]?.error == StepError("parameters", "delay: with.for must be a duration such as 90s or 2h"))
        #expect(ran.record.status == .failed)
    }

    /// A run that waits survives its process, and nothing runs twice.
    @Test func aDelayOutlivesItsProcess() throws {
        let folder = try TemporaryFolder()
        let driver = try DriverProcess(
            folder,
            yaml: """
                workspace: worktree
                steps:
                  - {id: a, run: echo a >> order}
                  - {id: wait, uses: delay, with: {for: 1s}}
                  - {id: b, run: echo b >> order}
                """)
        let engine = try driver.engine()
        try driver.waitFor { try engine.store.status(of: driver.run) == .waiting }
        driver.kill()
        let due = try #require(try engine.store.resumption(of: driver.run).dues[1])
        #expect(try driver.drive() == "succeeded")
        let record = try engine.store.record(driver.run)
        #expect(folder.read("order") == "a\nb\n")
        #expect(record.steps[1].attempts.count == 1)
        let started = try #require(record.steps[2].started)
        #expect(started >= due && started.since(due) < .seconds(20))
    }

    /// Where nobody watches, a run that waits is left, and the journal tells when there is something to do for it.
    @Test func aRunThatNobodyWatchesIsLeftUntilItsTime() throws {
        let yaml =
            "workspace: worktree\nsteps:\n  - {id: wait, uses: delay, with: {for: 300ms}}\n  - {id: b, run: 'true'}\n"
        let ran = try WorkflowEngineTests.run(try parsed(yaml)) {
            $0.patience = .zero
            $0.staysForTimes = false
        }
        #expect(ran.record.status == .waiting)
        let next = try #require(try ran.engine.store.nextDue(of: ran.record.run))
        #expect(next.run == ran.record.run)
        #expect(ran["wait"]?.waiting == .time(next.due))
        // Before its time nothing happens, also where somebody takes it up.
        while SystemClock().now < next.due { _ = try ran.engine.store.canGoOn(ran.record.run) }
        #expect(try drive(ran).status == .succeeded)
        #expect(try ran.engine.store.nextDue(of: ran.record.run) == nil)
    }

    /// Whoever takes a run up after an approval has lapsed finds it lapsed, however long nobody was there.
    @Test func whatLapsedMeanwhileHasLapsed() throws {
        let ran = try run("  - {id: ask, uses: approval, with: {lapse: 50ms}}\n")
        #expect(ran.record.status == .waiting)
        while try !ran.engine.store.canGoOn(ran.record.run) {}
        let record = try drive(ran)
        #expect(record.status == .failed)
        #expect(record.steps[0].error?.kind == "lapsed")
    }

    /// A run's time goes on while it waits, whether or not a process stays with it.
    @Test(arguments: [Duration.zero, .seconds(60)])
    func aRunThatWaitsHasItsTimeout(patience: Duration) throws {
        let yaml = "workspace: worktree\ntimeout: 300ms\nsteps:\n  - {id: ask, uses: approval}\n  - {run: 'true'}\n"
        let ran = try WorkflowEngineTests.run(try parsed(yaml)) { $0.patience = patience }
        var record = ran.record
        if patience == .zero {
            #expect(record.status == .waiting)
            let due = try #require(try ran.engine.store.nextDue(of: record.run)?.due)
            #expect(due == record.started?.advanced(by: .milliseconds(300)))
            while try !ran.engine.store.canGoOn(record.run) {}
            record = try drive(ran)
        }
        #expect(record.status == .failed)
        #expect(record.error == RunFailure(step: nil, error: StepError("timeout", "the run took longer than 300ms")))
        #expect(record.steps.map(\.status) == [.failed, .skipped])
    }

    // MARK: Signals

    @Test func aSignalsDataBecomeOutputs() throws {
        let ran = try run(
            "  - {id: go, uses: signal, with: {name: go}}\n"
                + "  - {id: b, run: 'echo ${{ steps.go.outputs.tag }} ${{ steps.go.outputs.sender }} > told'}\n")
        #expect(ran.record.status == .waiting)
        #expect(ran["go"]?.waiting == .signal(SignalWait(name: "go")))
        #expect(try ran.engine.runsToTakeUp().isEmpty)
        try ran.engine.send(RunSignal(.deliver(name: "go", data: ["tag": "v7"]), from: ada), to: ran.record.run)
        #expect(try ran.engine.runsToTakeUp() == [ran.record.run])
        #expect(try drive(ran).status == .succeeded)
        #expect(ran.folder.read("told") == "v7 ada@example.test\n")
    }

    @Test func aSignalThatComesFirstIsKept() throws {
        let flow = try parsed(
            """
            workspace: worktree
            steps:
              - {id: one, uses: signal, with: {name: other}}
              - {id: two, uses: signal, with: {name: go}}
            """)
        let ran = try WorkflowEngineTests.run(flow) { $0.patience = .zero }
        let run = ran.record.run
        try ran.engine.send(RunSignal(.deliver(name: "go", data: 1)), to: run)
        try ran.engine.send(RunSignal(.deliver(name: "go", data: 2)), to: run)
        #expect(try ran.engine.runsToTakeUp().isEmpty)
        #expect(try drive(ran).status == .waiting)
        try ran.engine.send(RunSignal(.deliver(name: "other", data: .null)), to: run)
        let record = try drive(ran)
        #expect(record.status == .succeeded)
        // The one that was sent first; the other one is still there for whoever waits next.
        #expect(record.steps[1].outputs["data"] == 1)
        #expect(try ran.engine.store.pendingSignals(run).map(\.signal.wish) == [.deliver(name: "go", data: 2)])
    }

    @Test func aSignalThatDoesNotComeLapses() throws {
        let ran = try run(
            "  - {id: soft, uses: signal, with: {name: go, timeout: 20ms, on-lapse: continue}}\n"
                + "  - {id: hard, uses: signal, with: {name: go, timeout: 20ms}, retry: {max-attempts: 3, delay: 0}}\n",
            patience: .seconds(60))
        #expect(ran["soft"]?.outputs["received"] == false)
        #expect(ran["soft"]?.status == .succeeded)
        #expect(ran["hard"]?.error == StepError("lapsed", "the signal go did not come in time"))
        #expect(ran["hard"]?.attempts.count == 1)
        #expect(ran.record.status == .failed)
    }

    @Test func aTimeoutEndsAWait() throws {
        let ran = try run(
            "  - {id: go, uses: signal, with: {name: go}, timeout: 20ms}\n", patience: .seconds(60))
        #expect(ran["go"]?.error == StepError("timeout", "the step took too long: it waits for the signal go"))
    }

    @Test func cancellingEndsAWait() throws {
        let ran = try run("  - {id: go, uses: signal, with: {name: go}}\n  - {id: b, run: touch b}\n")
        try ran.engine.send(.cancel(), to: ran.record.run)
        let record = try drive(ran)
        #expect(record.status == .cancelled)
        #expect(record.steps.map(\.status) == [.cancelled, .skipped])
        #expect(record.steps[0].attempts.allSatisfy { $0.ended != nil })
    }

    // MARK: Approvals

    private static let gate = """
          - {id: gate, uses: approval, with: {approvers: ['*@example.test', eve@other.test], count: 2, own: false}}
          - {id: b, run: 'echo ${{ join(steps.gate.outputs.approved_by) }} > told'}

        """

    @Test func theRunGoesOnWhenEnoughHaveApproved() throws {
        let ran = try run(Self.gate)
        let (run, gate) = (ran.record.run, try step("gate"))
        let decide = { (who: String, verdict: Decision.Verdict) in
            try ran.engine.send(
                RunSignal(.decide(gate, verdict, comment: nil), from: Actor(name: "N", email: who)), to: run)
        }
        #expect(throws: EngineError.self) { try decide("ada@example.test", .approved) }  // own
        #expect(throws: EngineError.self) { try decide("eve@example.org", .approved) }  // not asked
        let action = try decide("BOB@example.test", .approved)
        #expect(action.name == "approve" && action.step == gate && action.actor?.email == "BOB@example.test")
        do {
            _ = try decide("bob@example.test", .rejected)
            Issue.record("it was taken twice")
        } catch let error as EngineError {
            #expect(error.code == .refused)
            #expect(error.message == "cannot reject: bob@example.test has approved it already")
        }
        #expect(try drive(ran).status == .waiting)
        _ = try decide("eve@other.test", .approved)
        #expect(throws: EngineError.self) { try decide("joe@example.test", .approved) }  // decided
        #expect(try drive(ran).status == .succeeded)
        #expect(ran.folder.read("told") == "BOB@example.test,eve@other.test\n")
        let record = try ran.engine.store.record(run)
        #expect(record.steps[0].decisions.map(\.verdict) == [.approved, .approved])
        #expect(try RunRecord(record.value) == record)
    }

    @Test func aRejectionFailsTheStep() throws {
        let ran = try run("  - {id: gate, uses: approval, retry: {max-attempts: 3}}\n")
        let gate = try step("gate")
        try ran.engine.send(RunSignal(.decide(gate, .rejected, comment: "not today"), from: bob), to: ran.record.run)
        let record = try drive(ran)
        #expect(record.status == .failed)
        #expect(record.steps[0].error == StepError("rejected", "bob@example.test rejected it: not today"))
        #expect(record.steps[0].attempts.count == 1)
    }

    @Test func anApprovalLapses() throws {
        let ran = try run("  - {id: gate, uses: approval, with: {lapse: 20ms}}\n", patience: .seconds(60))
        #expect(ran["gate"]?.error?.kind == "lapsed")
        #expect(ran.record.status == .failed)
    }

    @Test func whatIsNotWaitedForIsSaid() throws {
        let ran = try run("  - {id: go, uses: signal, with: {name: go}}\n  - {id: gate, uses: approval}\n")
        for (id, message) in [
            ("go", "cannot approve: the step is waiting, it does not wait for approval"),
            ("gate", "cannot approve: the step is pending, it does not wait for approval"),
            ("nosuch", "the run has no step nosuch"),
        ] {
            do {
                try ran.engine.send(
                    RunSignal(.decide(try step(id), .approved, comment: nil), from: bob), to: ran.record.run)
                Issue.record("\(id) was approved")
            } catch let error as EngineError {
                #expect(error.message == message)
                #expect(error.hint != nil)
            }
        }
        do {
            try ran.engine.send(.resume(), to: ran.record.run)
            Issue.record("it was resumed")
        } catch {
            #expect(error.message == "cannot resume: step go waits for the signal go; resuming does not end that")
            #expect(error.hint == "wfrepo runs signal \(ran.record.run) go")
        }
    }

    // MARK: By hand

    @Test func aPersonCanSetAResultOrSkip() throws {
        let ran = try run(
            """
              - {id: go, uses: signal, with: {name: go}}
              - {id: late, run: touch late}
              - {id: b, run: 'echo ${{ steps.go.outputs.x }} > told'}

            """)
        let run = ran.record.run
        try ran.engine.send(RunSignal(.skip(try step("late")), from: bob), to: run)
        try ran.engine.send(RunSignal(.setResult(try step("go"), outputs: ["x": 5]), from: bob), to: run)
        let record = try drive(ran)
        #expect(record.status == .succeeded)
        #expect(record.steps.map(\.status) == [.succeeded, .skipped, .succeeded])
        #expect(record.steps[0].intervention?.person == bob)
        #expect(record.steps[0].attempts[0].error?.kind == "by-hand")
        #expect(record.steps[1].skipped == "skipped by bob@example.test")
        #expect(ran.folder.read("late") == nil)
        #expect(ran.folder.read("told") == "5\n")
        #expect(try RunRecord(record.value) == record)
        #expect(throws: EngineError.self) {
            try ran.engine.send(RunSignal(.skip(try step("late")), from: bob), to: run)
        }
    }

    @Test func aRunningStepIsEndedByHand() throws {
        var hasActed = false
        let ran = try WorkflowEngineTests.run(
            try parsed(
                "workspace: worktree\nsteps:\n  - {id: a, run: echo up; sleep 1000}\n  - {id: b, run: touch b}\n")
        ) { _ in
        } observer: { engine, run, progress in
            guard case .output = progress, !hasActed else { return }
            hasActed = true
            do {
                try engine.send(RunSignal(.setResult(try #require(StepID("a")), outputs: ["n": 1])), to: run)
            } catch { Issue.record(error) }
        }
        #expect(ran.record.status == .succeeded)
        #expect(ran["a"]?.outputs == ["n": 1])
        #expect(ran["a"]?.attempts.map(\.error?.kind) == ["by-hand"])
        #expect(ran.folder.read("b") == "")
    }

    // MARK: Questions

    /// What `wfrepo step interrupt` does in the first attempt of the step `ask`.
    private func ask(_ reason: String, _ data: Value, of run: RunID, in engine: Engine) {
        do {
            let step = try #require(StepID("ask"))
            try engine.send(RunSignal(.interrupt(step, attempt: 1, reason: reason, data: data)), to: run)
        } catch { Issue.record(error) }
    }

    @Test func aStepAsksAndFindsTheAnswer() throws {
        var hasAsked = false
        let flow = try parsed(
            """
            workspace: worktree
            steps:
              - id: ask
                run: |
                  if [ -z "$WFREPO_ANSWER" ]; then echo up; sleep 1000; fi
                  echo "$WFREPO_ATTEMPT $WFREPO_ANSWER $(cat "$WFREPO_ANSWER_FILE")" > told
            """)
        let ran = try WorkflowEngineTests.run(flow) { _ in
        } observer: { engine, run, progress in
            guard case .output = progress, !hasAsked else { return }
            hasAsked = true
            ask("which one?", ["of": 2], of: run, in: engine)
        }
        #expect(ran.record.status == .waiting)
        #expect(ran["ask"]?.waiting == .answer(reason: "which one?", data: ["of": 2]))
        #expect(ran["ask"]?.attempts.map(\.error?.kind) == ["suspended"])
        let kept = try ran.engine.store.read { try String?.fetchAll($0, sql: "SELECT data FROM signals") }
        #expect(kept == [nil])
        let record = try ran.engine.resumeForTest(ran.record.run, root: ran.folder.path, answer: ["pick": "b"])
        #expect(record.status == .succeeded)
        #expect(ran.folder.read("told") == "2 {\"pick\":\"b\"} {\"pick\":\"b\"}\n")
    }

    /// Whoever asks knows no secrets. The journal and its log have none when the run waits.
    @Test func whatAStepAsksIsKeptMasked() throws {
        let secret = "correct-horse-battery"
        var hasAsked = false
        let flow = try parsed(
            "workspace: worktree\nsecrets: [TOKEN]\nsteps:\n  - {id: ask, run: echo up; sleep 1000}\n")
        let ran = try WorkflowEngineTests.run(flow, secrets: ["TOKEN": secret]) { _ in
        } observer: { engine, run, progress in
            guard case .output = progress, !hasAsked else { return }
            hasAsked = true
            ask("is \(secret) right?", [secret: 2], of: run, in: engine)
        }
        #expect(ran["ask"]?.waiting == .answer(reason: "is *** right?", data: ["***": 2]))
        for name in ["state.sqlite", "state.sqlite-wal"] {
            let bytes = try Data(contentsOf: URL(filePath: ran.engine.configuration.folder).appending(path: name))
            #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(name)")
        }
    }
}
