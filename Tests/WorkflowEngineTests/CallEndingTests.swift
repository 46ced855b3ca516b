import DocumentTree
import GRDB
import Testing

@testable import WorkflowEngine
@testable import WorkflowLanguage

/// What was called ends when nobody wants it any more, also where it waits just then.
@Suite struct CallEndingTests: CallSuite {
    /// A run that has something to undo, and waits for people.
    private static let waiting = """
        on-failure: compensate
        inputs: {fails: {type: boolean, default: false}}
        steps:
          - {id: book, run: 'true', compensate: {run: echo unbooked >> unbooked}}
          - {id: ask, if: inputs.fails == false, uses: approval}
          - {id: fail, if: inputs.fails, run: exit 1}
        """

    /// A caller's run as its first driver left it.
    private func left(_ steps: String) throws -> (
        caller: RunRecord, engine: Engine, environment: RunEnvironment, folder: TemporaryFolder
    ) {
        let ran = try drive(try parsed("caller", steps), [called(parsed("waiting", Self.waiting))])
        return (ran.record, ran.engine, ran.environment, ran.folder)
    }

    private func statusOfTheCalled(_ engine: Engine, _ caller: RunRecord) throws -> [RunStatus] {
        try engine.store.runs().filter { $0.trigger.caller == caller.run }.map(\.status)
    }

    @Test func aCancelReachesOneThatWaits() throws {
        let (caller, engine, environment, folder) = try left(
            "steps: [{id: one, uses: workflow, with: {name: waiting}}]")
        #expect(caller.status == .waiting)
        try engine.send(.cancel(), to: caller.run)
        let ended = try engine.drive(caller.run, in: environment)
        #expect(ended.status == .cancelled)
        #expect(ended.steps.map(\.status) == [.cancelled])
        #expect(try statusOfTheCalled(engine, caller) == [.compensated])
        #expect(folder.read("unbooked") == "unbooked\n")
        #expect(try engine.runsToTakeUp().isEmpty)
    }

    @Test func aCancelReachesOneThatIsPausedWithItsCaller() throws {
        let (caller, engine, environment, _) = try left("steps: [{id: one, uses: workflow, with: {name: waiting}}]")
        try engine.send(.pause, to: caller.run)
        #expect(try engine.drive(caller.run, in: environment).status == .paused)
        try engine.send(.cancel(), to: caller.run)
        #expect(try engine.drive(caller.run, in: environment).status == .cancelled)
        #expect(try statusOfTheCalled(engine, caller) == [.compensated])
    }

    @Test func theTimeoutOfTheCallerReachesIt() throws {
        let (caller, engine, _, folder) = try left(
            "timeout: 500ms\nsteps: [{id: one, uses: workflow, with: {name: waiting}}]")
        #expect(caller.status == .failed)
        #expect(caller.steps[0].error == StepError("timeout", "the run took longer than 500ms"))
        #expect(try statusOfTheCalled(engine, caller) == [.compensated])
        #expect(folder.read("unbooked") == "unbooked\n")
    }

    /// It counts from the call on, however long the attempt was that made it.
    @Test(arguments: ["timeout", "total-timeout"])
    func theTimeoutOfTheStepReachesIt(key: String) throws {
        let (caller, engine, _, _) = try left(
            "steps: [{id: one, uses: workflow, \(key): 300ms, with: {name: waiting}}]")
        #expect(caller.status == .failed)
        #expect(caller.steps[0].error?.kind == "timeout")
        #expect(try statusOfTheCalled(engine, caller).allSatisfy(\.isFinal))
        #expect(try engine.runsToTakeUp().isEmpty)
    }

    @Test func whatWasCalledAnewHasTheWholeTime() throws {
        let (caller, engine, _, _) = try left(
            """
            steps:
              - {id: one, uses: workflow, timeout: 200ms, with: {name: waiting}, retry: {strategy: immediate, max-attempts: 2}}
            """)
        #expect(caller.status == .failed)
        #expect(caller.steps[0].attempts.count { $0.error?.kind == "timeout" } == 2)
        #expect(try statusOfTheCalled(engine, caller).count == 2)
    }

    @Test func theTimeoutOfTheStepWaitsForAPausedRun() throws {
        let (caller, engine, environment, _) = try left(
            "steps: [{id: one, uses: workflow, timeout: 90s, with: {name: waiting}}]")
        try engine.send(.pause, to: caller.run)
        #expect(try engine.drive(caller.run, in: environment).status == .paused)
        try engine.store.write { database in
            try database.execute(sql: "UPDATE steps SET due_at = 1000 WHERE due_at IS NOT NULL")
            try database.execute(sql: "UPDATE attempts SET started_at = 1000")
        }
        #expect(try engine.drive(caller.run, in: environment).status == .paused)
        #expect(try statusOfTheCalled(engine, caller) == [.waiting])
        try engine.send(.resume(), to: caller.run)
        let ended = try engine.drive(caller.run, in: environment)
        #expect(ended.status == .failed)
        #expect(ended.steps[0].error?.kind == "timeout")
        #expect(try statusOfTheCalled(engine, caller) == [.compensated])
    }

    /// Nobody stays with a run that waits for long; the journal says when its time is over.
    @Test func aTimeoutThatIsFarIsInTheJournal() throws {
        let (caller, engine, _, _) = try left(
            "steps: [{id: one, uses: workflow, timeout: 2h, with: {name: waiting}}]")
        #expect(caller.status == .waiting)
        let due = try #require(try engine.store.nextDue(of: caller.run))
        #expect(due.run == caller.run)
        #expect(due.due == caller.steps[0].attempts.first?.started.advanced(by: .seconds(7200)))
    }

    /// The called run waits already, and is not cancelled yet.
    @Test func aCallThatIsLeftWhileItIsEndedEnds() throws {
        let workflow = try parsed("caller", "steps: [{id: one, uses: workflow, with: {name: waiting}}]")
        let (caller, _, _, _) = try drive(workflow, [])
        var record = caller
        record.status = .queued
        record.steps = [StepRecord(id: caller.steps[0].id)]
        var execution = Execution(plan: Plan(workflow), record: record, capacity: 1, surroundings: Surroundings())
        try execution.begin(at: caller.queued)
        _ = execution.takeTurn()
        let timeout = StepError("timeout", "the attempt took longer than 1s")
        let wait = CallWait(run: caller.run, reason: "it is waiting", command: nil)
        try execution.callWasLeft(0, wait, ending: timeout, at: caller.queued)
        let ends = execution.takeTurn().commands.compactMap { command -> StepError? in
            if case .endCall(0, let error) = command { error } else { nil }
        }
        #expect(ends == [timeout])
    }

    @Test func whatAPersonLeavesOutOrSetsEndsIt() throws {
        let (caller, engine, environment, _) = try left(
            """
            steps:
              - {id: one, uses: workflow, with: {name: waiting}, needs: []}
              - {id: two, uses: workflow, with: {name: waiting}, needs: []}
            """)
        let (one, two) = (try #require(StepID("one")), try #require(StepID("two")))
        try engine.send(RunSignal(.skip(one)), to: caller.run)
        try engine.send(RunSignal(.setResult(two, outputs: ["seat": 7])), to: caller.run)
        let ended = try engine.drive(caller.run, in: environment)
        #expect(ended.status == .succeeded)
        #expect(ended.steps.map(\.status) == [.skipped, .succeeded])
        #expect(ended.steps[1].outputs == ["seat": 7])
        #expect(try statusOfTheCalled(engine, caller) == [.compensated, .compensated])
    }

    /// Nothing of a paused run begins, so that it is left to whoever takes the called one up.
    @Test func whatAPersonLeavesOutOfAPausedRunIsCancelledToo() throws {
        let (caller, engine, environment, _) = try left("steps: [{id: one, uses: workflow, with: {name: waiting}}]")
        try engine.send(.pause, to: caller.run)
        #expect(try engine.drive(caller.run, in: environment).status == .paused)
        try engine.send(RunSignal(.skip(try #require(StepID("one")))), to: caller.run)
        #expect(try engine.drive(caller.run, in: environment).status == .paused)
        let child = try #require(try engine.runsToTakeUp().first)
        #expect(try engine.store.record(child).trigger.caller == caller.run)
        #expect(try engine.drive(child, in: environment).status == .compensated)
        try engine.send(.resume(), to: caller.run)
        #expect(try engine.drive(caller.run, in: environment).status == .succeeded)
    }

    @Test func theFailureOfAnotherItemEndsIt() throws {
        let (caller, engine, _, _) = try left(
            """
            steps:
              - id: all
                foreach: [false, true]
                uses: workflow
                with: {name: waiting, inputs: {fails: "${{ item }}"}}
            """)
        #expect(caller.status == .failed)
        #expect(caller.steps.dropFirst().map(\.status) == [.cancelled, .failed])
        #expect(try statusOfTheCalled(engine, caller) == [.compensated, .compensated])
    }

    /// Whoever called it has the only place, and would wait for it.
    @Test func aCallWithinItsCallersConcurrencyGroupIsRefused() throws {
        let group = "concurrency: {group: one, policy: cancel-running}\n"
        let (middle, callee) = (
            try parsed("middle", "steps: [{id: m, uses: workflow, with: {name: callee}}]"),
            try parsed("callee", group + "steps: [{run: 'true'}]")
        )
        let caller = try parsed("caller", group + "steps: [{id: c, uses: workflow, with: {name: middle}}]")
        let (record, engine, _, _) = try drive(caller, [called(middle), called(callee)])
        #expect(record.status == .failed)
        #expect(
            record.steps[0].error?.message.contains(
                "callee would wait for ever for its caller: run \(record.run) of caller has the place") == true)
        #expect(try engine.store.runs().count == 2)
        let wider = try parsed("callee", "concurrency: {group: one, limit: 2}\nsteps: [{run: 'true'}]")
        let (free, _, _, _) = try drive(caller, [called(middle), called(wider)])
        #expect(free.status == .succeeded)
    }
}
