import DocumentTree
import Foundation
import GRDB
import Testing
import WorkflowLanguage

@testable import WorkflowEngine

/// Steps that wait for people, and what people do to steps by hand.
@Suite struct ApprovalTests: WaitingSuite {
    // MARK: Approvals

    private static let gate = """
          - {id: gate, uses: approval, with: {approvers: ['*@example.test', eve@other.test], count: 2, own: false}}
          - {id: b, run: 'echo ${{ join(steps.gate.outputs.approved_by) }} > told'}

        """

    /// Also where nobody has acted upon the first yet.
    @Test func ofTwoWhoEndAStepByHandTheSecondIsToldOfTheFirst() throws {
        let ran = try run("  - {id: gate, uses: approval}\n  - {id: b, run: 'true', needs: []}\n")
        let (run, gate) = (ran.record.run, try step("gate"))
        try ran.engine.send(RunSignal(.setResult(gate, outputs: ["tag": "v7"]), from: bob), to: run)
        do {
            try ran.engine.send(RunSignal(.skip(gate), from: ada), to: run)
            Issue.record("it was taken")
        } catch {
            #expect(error.code == .refused)
            #expect(error.message == "cannot skip: set-result was asked for already by bob@example.test")
        }
        #expect(try drive(ran).steps[0].outputs == ["tag": "v7"])
    }

    @Test func aResultByHandMustFitTheOutputsOfTheStep() throws {
        let ran = try run(
            "  - {id: go, uses: signal, with: {name: go}, outputs: {n: {type: integer}}}\n"
                + "  - {id: all, foreach: [1], uses: approval, outputs: {n: {type: integer}}}\n")
        let (run, go) = (ran.record.run, try step("go"))
        do {
            try ran.engine.send(RunSignal(.setResult(go, outputs: ["n": "x"])), to: run)
            Issue.record("it was taken")
        } catch {
            #expect(error.code == .refused)
            #expect(error.message == "cannot set-result: the output `n`: must be a whole number, not `\"x\"`")
        }
        try ran.engine.send(RunSignal(.setResult(go, outputs: ["n": "5"])), to: run)
        #expect(try drive(ran).steps[0].outputs == ["n": 5])
        let item = StepID(item: 0, of: try step("all"))
        #expect(throws: EngineError.self) {
            try ran.engine.send(RunSignal(.setResult(item, outputs: [:])), to: run)
        }
        // The step itself hands on what its items do.
        try ran.engine.send(RunSignal(.setResult(try step("all"), outputs: ["results": []])), to: run)
        #expect(try drive(ran).status == .succeeded)
    }

    /// Its items may wait, be under way, or belong to a run that is paused.
    @Test func aPersonMayEndAStepWithItems() throws {
        let (all, rest) = (try step("all"), "  - {id: b, run: 'echo ${{ steps.all.outputs.n }} > told'}\n")
        let waiting = try run("  - {id: all, foreach: [1, 2], max-parallel: 1, uses: approval}\n" + rest)
        try waiting.engine.send(RunSignal(.setResult(all, outputs: ["n": 7])), to: waiting.record.run)
        let ended = try drive(waiting)
        #expect(ended.status == .succeeded)
        #expect(ended.steps.map(\.status) == [.succeeded, .succeeded, .cancelled, .skipped])
        #expect(waiting.folder.read("told") == "7\n")

        let paused = try run("  - {id: all, foreach: [1], uses: approval}\n" + rest)
        try paused.engine.send(.pause, to: paused.record.run)
        #expect(try drive(paused).status == .paused)
        try paused.engine.send(RunSignal(.skip(all)), to: paused.record.run)
        #expect(try drive(paused).status == .paused)
        let held = try paused.engine.store.record(paused.record.run)
        #expect(held.steps.map(\.status) == [.skipped, .pending, .cancelled])
        try paused.engine.send(.resume(), to: paused.record.run)
        #expect(try drive(paused).status == .succeeded)

        let flow = try parsed("workspace: worktree\nsteps:\n  - {id: all, foreach: [1], run: sleep 1000}\n")
        let running = try WorkflowEngineTests.run(
            flow,
            observer: { engine, run, progress in
                guard case .attemptStarted(let step, _, _) = progress, step != all else { return }
                DetachedThread.start {
                    do { try engine.send(RunSignal(.skip(all)), to: run) } catch { Issue.record(error) }
                }
            })
        #expect(running.record.status == .succeeded)
        #expect(running.record.steps.map(\.status) == [.skipped, .cancelled])
    }

    @Test func theCommandForAnItemIsSafeForAShell() throws {
        let wait = Wait.approval(ApprovalWait(message: nil, approvers: [], count: 1, allowsOwn: true, lapses: nil))
        let run = try #require(RunID("01M80ZMKRHYJC3E7AX8182VR4T"))
        #expect(
            wait.command(for: StepID(item: 2, of: try step("gate")), of: run)
                == "wfrepo runs approve 01M80ZMKRHYJC3E7AX8182VR4T 'gate[2]'")
    }

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
}
