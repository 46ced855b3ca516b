import DocumentTree
import Glibc
import Testing

@testable import WorkflowEngine
@testable import WorkflowLanguage

/// Workflows that call workflows.
@Suite struct CallTests: CallSuite {
    private static let sum = """
        inputs: {a: {type: integer, required: true}}
        steps:
          - id: add
            run: echo $((${{ inputs.a }} + 1))
        outputs: {total: "${{ steps.add.outputs.stdout }}", given: "${{ inputs.a }}"}
        """

    @Test func inputsGoInAndOutputsComeOut() throws {
        let caller = try parsed(
            "caller",
            """
            steps:
              - {id: one, uses: workflow, with: {name: sum, inputs: {a: "${{ fromJSON('41') }}"}}}
              - {id: two, run: "echo ${{ steps.one.outputs.total }} ${{ steps.one.outputs.given }}"}
            """)
        let (record, engine, _, _) = try drive(caller, [called(parsed("sum", Self.sum))])
        #expect(record.status == .succeeded)
        #expect(record.steps[1].outputs["stdout"] == "42 41")
        let id = try #require(record.steps[0].outputs["run"]?.string.flatMap { RunID($0) })
        let child = try engine.store.record(id)
        #expect(child.status == .succeeded)
        #expect(child.trigger == RunTrigger(event: "call", source: "step one", run: record.run))
        #expect(child.trigger.caller == record.run)
        #expect(child.correlationID == "order-7")
        #expect(child.outputs == ["total": "42", "given": 41])
        #expect(try RunRecord(child.value) == child)
    }

    @Test func aFailureOfTheCalledFailsTheStepAndARetryCallsAnew() throws {
        let caller = try parsed(
            "caller",
            """
            steps: [{id: one, uses: workflow, with: {name: bad}, retry: {strategy: immediate, max-attempts: 2}}]
            """)
        let (record, engine, _, _) = try drive(caller, [called(parsed("bad", "steps: [{id: x, run: exit 3}]"))])
        #expect(record.status == .failed)
        let error = try #require(record.steps[0].error)
        #expect(error.kind == "workflow")
        #expect(error.message.hasSuffix(" of bad failed: step x: the script exited with status 3"))
        #expect(try engine.store.runs().count == 3)
    }

    @Test func whatComesAroundTheChecksIsRefused() throws {
        let itself = try parsed("a", "steps: [{uses: workflow, with: {name: a}}]")
        let (circle, _, _, _) = try drive(itself, [called(itself)])
        #expect(circle.steps[0].error?.message.contains("in a circle") ?? false)
        let (missing, _, _, _) = try drive(itself, [])
        #expect(missing.steps[0].error?.message.contains("there is no workflow a") ?? false)
        let caller = try parsed("caller", "steps: [{uses: workflow, with: {name: sum}}]")
        let (inputs, _, _, _) = try drive(caller, [called(parsed("sum", Self.sum))])
        #expect(inputs.steps[0].error?.message.contains("input `a` is required") ?? false)
    }

    @Test func secretsOfTheCalledAreItsOwn() throws {
        let caller = try parsed("caller", "steps: [{id: one, uses: workflow, with: {name: b}}]")
        let callee = try parsed(
            "b",
            "secrets: [KEY]\nsteps:\n  - id: x\n    run: echo ${{ secrets.KEY }} | wc -c\noutputs: {n: \"${{ steps.x.outputs.stdout }}\"}"
        )
        let (record, _, _, _) = try drive(caller, [called(callee, secrets: ["KEY": "hunter2"])])
        #expect(record.steps[0].outputs["n"] == "8")
    }

    @Test func aCancelReachesTheCalled() throws {
        let caller = try parsed("caller", "steps: [{id: one, uses: workflow, with: {name: slow}}]")
        let slow = try parsed("slow", "steps: [{id: x, run: touch up; exec sleep 60}]")
        let (record, engine, _, _) = try drive(caller, [called(slow)]) { engine, run, progress in
            guard case .attemptStarted = progress else { return }
            DetachedThread.start {
                while (try? engine.store.runs().count) != 2 { usleep(1000) }
                do { try engine.send(.cancel(), to: run) } catch { Issue.record(error) }
            }
        }
        #expect(record.status == .cancelled)
        let child = try #require(try engine.store.runs().first { $0.trigger.caller == record.run })
        #expect(child.status == .cancelled)
    }

    @Test func aPauseReachesTheCalledAndResumingGoesOnWithIt() throws {
        let caller = try parsed(
            "caller", "steps: [{id: one, uses: workflow, with: {name: two}}, {id: after, run: echo done >> order}]")
        let two = try parsed(
            "two",
            "steps: [{id: x, run: 'echo x >> order; until [ -e go ]; do sleep 0.01; done'}, {id: y, run: echo y >> order}]"
        )
        let (paused, engine, environment, folder) = try drive(caller, [called(two)]) { engine, run, progress in
            guard case .attemptStarted = progress else { return }
            DetachedThread.start {
                while (try? engine.store.runs().first { $0.trigger.caller == run }?.status) != .running { usleep(1000) }
                do { try engine.send(.pause, to: run) } catch { Issue.record(error) }
                while (try? engine.store.pendingSignals(run).isEmpty) != true { usleep(1000) }
                _ = open("\(engine.configuration.folder)/../go", O_CREAT | O_WRONLY, 0o600)
            }
        }
        #expect(paused.status == .paused)
        let child = try #require(try engine.store.runs().first { $0.trigger.caller == paused.run })
        #expect(child.status == .paused)
        #expect(folder.read("order") == "x\n")
        try engine.send(.resume(), to: paused.run)
        #expect(try engine.drive(paused.run, in: environment).status == .succeeded)
        #expect(folder.read("order") == "x\ny\ndone\n")
        #expect(try engine.store.runs().count == 2)
    }

    private static let asking = """
        steps:
          - id: ask
            on-interrupt: ask
            run: 'echo "$WFREPO_ATTEMPT:$WFREPO_ANSWER" >> "$WFREPO_ROOT/asked"; [ "$WFREPO_ATTEMPT" != 1 ] || sleep 60'
        """

    /// A run that has called one, each of which asks something.
    private func bothAsking() throws -> (
        caller: RunRecord, child: RunRecord, engine: Engine, environment: RunEnvironment, folder: TemporaryFolder
    ) {
        let caller = try parsed(
            "caller",
            """
            steps:
              - {id: own, needs: [], run: 'echo "own $WFREPO_ATTEMPT" >> "$WFREPO_ROOT/own"; [ "$WFREPO_ATTEMPT" != 1 ] || sleep 60'}
              - {id: call, needs: [], uses: workflow, with: {name: two}}
            """)
        let (record, engine, environment, folder) = try drive(caller, [called(parsed("two", Self.asking))]) {
            engine, run, progress in
            guard case .attemptStarted(let step, _, _) = progress, step.description == "call" else { return }
            DetachedThread.start {
                do {
                    let root = engine.configuration.folder + "/../"
                    for (name, file) in [("own", "own"), ("ask", "asked")] {
                        let id = try #require(StepID(name))
                        var asker: RunRecord?
                        // A step that is running need not have come to its script's first line.
                        while asker == nil || access(root + file, F_OK) != 0 {
                            usleep(1000)
                            asker = try engine.store.runs().first { record in
                                record.steps.contains { $0.id == id && $0.status == .running }
                            }
                        }
                        let wish = RunSignal.Wish.interrupt(id, attempt: 1, reason: "which?", data: .null)
                        try engine.send(RunSignal(wish), to: try #require(asker).run)
                    }
                } catch { Issue.record(error) }
            }
        }
        let child = try #require(try engine.store.runs().first { $0.trigger.caller == record.run })
        return (record, child, engine, environment, folder)
    }

    @Test func whatACalledRunAsksIsToldWithTheCommandThatAnswersIt() throws {
        let (record, child, _, _, _) = try bothAsking()
        #expect(record.status == .waiting)
        #expect(child.status == .waiting)
        let wait = try #require(record.steps[1].waiting)
        #expect(
            wait.summary == "waits for run \(child.run), which it called: it is waiting; step ask asks: which?")
        #expect(wait.command(for: record.steps[1].id, of: record.run) == "wfrepo runs resume \(child.run) --data JSON")
        #expect(try Wait(RecordReader(wait.value)) == wait)
    }

    @Test func theEndOfACalledRunAnswersNothingElse() throws {
        let (record, child, engine, environment, folder) = try bothAsking()
        try engine.send(.resume(answer: "red"), to: child.run)
        #expect(try engine.drive(child.run, in: environment).status == .succeeded)
        try engine.send(RunSignal(.resume(answer: .null, called: child.run)), to: record.run)
        let waiting = try engine.drive(record.run, in: environment)
        #expect(waiting.status == .waiting)
        #expect(waiting.steps.map(\.status) == [.waiting, .succeeded])
        #expect(folder.read("own") == "own 1\n")
        #expect(folder.read("asked") == "1:\n2:red\n")
        do {
            try engine.send(RunSignal(.resume(answer: .null, called: child.run)), to: record.run)
            Issue.record("nothing waits for it any more")
        } catch {
            #expect(error.code == .refused)
        }
    }

    /// Who drove the called run died before it could tell the caller.
    @Test func aCallerIsNotStuckWhereNobodyToldItOfTheEnd() throws {
        let (record, child, engine, environment, folder) = try bothAsking()
        #expect(try engine.runsToTakeUp().isEmpty)
        try engine.send(.resume(answer: "red"), to: child.run)
        #expect(try engine.drive(child.run, in: environment).status == .succeeded)
        #expect(try engine.runsToTakeUp() == [record.run])
        let waiting = try engine.drive(record.run, in: environment)
        #expect(waiting.status == .waiting)
        #expect(waiting.steps.map(\.status) == [.waiting, .succeeded])
        #expect(folder.read("own") == "own 1\n")
        #expect(try engine.runsToTakeUp().isEmpty)
    }

    @Test func anAnswerToTheCallerReachesTheCalled() throws {
        let (record, child, engine, environment, folder) = try bothAsking()
        try engine.send(.resume(answer: "blue"), to: record.run)
        #expect(try engine.drive(record.run, in: environment).status == .succeeded)
        #expect(try engine.store.status(of: child.run) == .succeeded)
        #expect(folder.read("own") == "own 1\nown 2\n")
        #expect(folder.read("asked") == "1:\n2:blue\n")
    }

    @Test func anUndoMayCallAWorkflow() throws {
        let caller = try parsed(
            "caller",
            """
            on-failure: compensate
            steps:
              - id: book
                run: echo "seat=7" >>"$WFREPO_OUTPUT"
                compensate: {uses: workflow, with: {name: cancel, inputs: {seat: "${{ steps.book.outputs.seat }}"}}}
              - run: exit 1
            """)
        let cancel = try parsed(
            "cancel",
            """
            inputs: {seat: {type: string, required: true}}
            steps:
              - {uses: delay, with: {for: 100ms}}
              - {run: 'echo "${{ inputs.seat }}" >"$WFREPO_ROOT/cancelled"'}
            """)
        let (record, engine, _, folder) = try drive(caller, [called(cancel)])
        #expect(record.status == .compensated)
        #expect(folder.read("cancelled") == "7\n")
        let call = try #require(try engine.store.runs().first { $0.definition.workflow == cancel.name })
        #expect(call.trigger == RunTrigger(event: "call", source: "undo of step book", run: record.run))
    }
}
