import DocumentTree
import Foundation
import GRDB
import Testing
import WorkflowLanguage

@testable import WorkflowEngine

/// Steps that wait for a time or a signal.
@Suite struct WaitingTests: WaitingSuite {
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
        let signal = try run("  - {id: go, uses: signal, with: {name: 'go ${{ execution_id }}'}}\n")
        #expect(
            signal["go"]?.error
                == StepError("parameters", "signal: with.name must be a name of letters, digits, `.`, `-` and `_`"))
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

    /// No step can wait for it, so that it would be kept for nobody.
    @Test(arguments: ["a b", "", "-a", "a\n", "ä"])
    func whatIsNoNameOfASignalIsRefused(name: String) throws {
        let ran = try run("  - {id: go, uses: signal, with: {name: go}}\n")
        do {
            try ran.engine.send(RunSignal(.deliver(name: name, data: .null)), to: ran.record.run)
            Issue.record("it was taken in")
        } catch {
            #expect(error.code == .refused)
            #expect(error.message.contains("no step can wait for it"))
        }
        #expect(try ran.engine.store.pendingSignals(ran.record.run).isEmpty)
    }

    /// What comes from outside is held against what the step says of its outputs, as what a script prints is.
    @Test func whatASignalBringsMustFitTheOutputsOfTheStep() throws {
        let go = "  - {id: go, uses: signal, with: {name: go}, outputs: {n: {type: integer}}}\n"
        let ran = try run(go)
        let run = ran.record.run
        for data in [["n": "x"], ["m": 1], .null] as [Value] {
            do {
                try ran.engine.send(RunSignal(.deliver(name: "go", data: data)), to: run)
                Issue.record("\(data) was taken in")
            } catch {
                #expect(error.code == .refused)
                #expect(error.message.hasPrefix("cannot signal: the output `n`"))
            }
        }
        try ran.engine.send(RunSignal(.deliver(name: "go", data: ["n": "7"])), to: run)
        let ended = try drive(ran)
        #expect(ended.status == .succeeded)
        #expect(ended.steps[0].outputs["n"] == 7)
        // One that was sent before a step waited for it.
        let early = try self.run("  - {id: ask, uses: approval}\n" + go)
        try early.engine.send(RunSignal(.deliver(name: "go", data: ["n": "x"])), to: early.record.run)
        try early.engine.send(
            RunSignal(.decide(try step("ask"), .approved, comment: nil), from: bob), to: early.record.run)
        let failed = try drive(early)
        #expect(failed.status == .failed)
        #expect(failed.steps[1].error == StepError("schema", "the output `n`: must be a whole number, not `\"x\"`"))
    }

    @Test func whatPeopleHandInIsMasked() throws {
        let flow = try parsed(
            """
            workspace: worktree
            secrets: [TOKEN]
            steps:
              - {id: go, uses: signal, with: {name: go}}
              - {id: ask, uses: approval}
              - {id: stuck, uses: signal, with: {name: never}}
            """)
        let secrets = ["TOKEN": "hunter2-hunter2"]
        let ran = try WorkflowEngineTests.run(flow, secrets: secrets) { $0.patience = .zero }
        let run = ran.record.run
        try ran.engine.send(RunSignal(.deliver(name: "go", data: ["x": "is hunter2-hunter2"])), to: run)
        let environment = RunEnvironment(variables: [:], secrets: secrets, root: ran.folder.path)
        _ = try ran.engine.drive(run, in: environment)
        let yes = RunSignal(.decide(try step("ask"), .approved, comment: "hunter2-hunter2, yes"), from: bob)
        try ran.engine.send(yes, to: run)
        _ = try ran.engine.drive(run, in: environment)
        try ran.engine.send(RunSignal(.setResult(try step("stuck"), outputs: ["y": "hunter2-hunter2"])), to: run)
        let ended = try ran.engine.drive(run, in: environment)
        #expect(ended.status == .succeeded)
        #expect(ended.steps[0].outputs["x"] == "is ***")
        #expect(ended.steps[1].outputs["comments"] == ["***, yes"])
        #expect(ended.steps[1].decisions.map(\.comment) == ["***, yes"])
        #expect(ended.steps[2].outputs == ["y": "***"])
        #expect(!ended.value.canonicalText.contains("hunter2"))
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
}
