import DocumentTree
import Synchronization
import Testing
import WorkflowLanguage

@testable import WorkflowEngine

@Suite struct CompensationTests {
    @Test func finishedStepsAreUndoneLastFirst() throws {
        let ran = try run(
            workflow(
                [
                    step("a", "echo id=7 >> $WFREPO_OUTPUT", compensate: "echo a${{ steps.a.outputs.id }} >> undone"),
                    step("b", "true", compensate: "echo b >> undone"), step("c", "true"),
                    step("d", "exit 1", compensate: "echo d >> undone"),
                    step("e", "true", compensate: "echo e >> undone"),
                    step("last", "true", if: "always()", compensate: "echo last >> undone"),
                ], onFailure: .compensate))
        #expect(ran.record.status == .compensated)
        #expect(ran.folder.read("undone") == "last\nb\na7\n")
        #expect(
            ran.record.steps.map(\.status) == [.compensated, .compensated, .succeeded, .failed, .skipped, .compensated])
        #expect(ran["a"]?.outcome == .success)
        #expect(ran["a"]?.compensation?.status == .succeeded)
        #expect(ran["d"]?.compensation?.status == .notNeeded)
        #expect(ran["e"]?.compensation == nil)
        #expect(ran.record.error?.step?.description == "d")
        #expect(try ran.engine.store.record(ran.record.run) == ran.record)
    }

    @Test func aSuccessfulRunUndoesNothing() throws {
        let ran = try run(workflow([step("a", "true", compensate: "touch undone")], onFailure: .compensate))
        #expect(ran.record.status == .succeeded)
        #expect(ran["a"]?.compensation?.status == .notNeeded)
        #expect(ran.folder.read("undone") == nil)
    }

    @Test func stopUndoesNothing() throws {
        let ran = try run(workflow([step("a", "true", compensate: "touch undone"), step("b", "exit 1")]))
        #expect(ran.record.status == .failed)
        #expect(ran.folder.read("undone") == nil)
    }

    @Test func whatCannotBeUndoneDoesNotKeepTheRestFromIt() throws {
        let retry = RetryPolicy(
            strategy: .immediate, maxAttempts: 3, delay: .zero, factor: 1, maxDelay: nil, jitter: 0, on: [])
        let ran = try run(
            workflow(
                [
                    step("a", "true", compensate: "echo a >> undone"),
                    step("b", "true", compensate: "echo try$WFREPO_ATTEMPT >> undone; exit 1", compensateRetry: retry),
                    step("c", "exit 1"),
                ], onFailure: .compensate))
        #expect(ran.record.status == .compensationFailed)
        #expect(ran.folder.read("undone") == "try1\ntry2\ntry3\na\n")
        #expect(ran["a"]?.compensation?.status == .succeeded)
        #expect(ran["b"]?.compensation?.status == .failed)
        #expect(ran["b"]?.compensation?.attempts.count == 3)
        #expect(ran["b"]?.status == .compensationFailed)
        #expect(try ran.engine.store.record(ran.record.run) == ran.record)
    }

    /// Does something while a run is being undone; gives the run, and why that was refused.
    private func undoing(
        _ body: @escaping (Engine, RunID) throws(EngineError) -> Void
    ) throws -> (ran: Ran, refusal: EngineError?) {
        let refusal = Mutex<EngineError?>(nil)
        let ran = try run(
            workflow([step("a", "true", compensate: "echo a >> undone"), step("b", "exit 1")], onFailure: .compensate),
            observer: { engine, run, progress in
                guard case .attemptStarted(_, .undo, _) = progress else { return }
                do throws(EngineError) {
                    try body(engine, run)
                } catch { refusal.withLock { $0 = error } }
            })
        return (ran, refusal.withLock { $0 })
    }

    /// A person who loses patience must not cut an undo short by asking once more.
    @Test func whatIsBeingUndoneCannotBeCancelled() throws {
        let (ran, refusal) = try undoing { engine, run throws(EngineError) in try engine.send(.cancel(), to: run) }
        #expect(refusal?.code == .refused)
        #expect(refusal?.message == "cannot cancel: the run is being undone")
        #expect(ran.record.status == .compensated)
        #expect(ran.folder.read("undone") == "a\n")
    }

    /// Nothing would ever take it.
    @Test func whatIsBeingUndoneTakesNoSignals() throws {
        let (ran, refusal) = try undoing { engine, run throws(EngineError) in
            try engine.send(RunSignal(.deliver(name: "go", data: "now")), to: run)
        }
        #expect(refusal?.code == .refused)
        #expect(ran.record.status == .compensated)
    }

    /// The second of two cancellations kills what runs, and leaves alone what undoes.
    @Test func aSecondCancelLeavesTheUndoAlone() throws {
        let ran = try run(
            workflow(
                [step("a", "true", compensate: "sleep 0.3; echo a >> undone"), step("b", "sleep 1000")],
                onFailure: .compensate),
            observer: { engine, run, progress in
                guard case .attemptStarted(let step, _, _) = progress else { return }
                // The second one was sent a moment before the undo began.
                if step.description == "b" || engine.isBeingUndone(run) {
                    try? engine.sendPastAdmission(.cancel(), run)
                }
            })
        #expect(ran.record.status == .compensated)
        #expect(ran.folder.read("undone") == "a\n")
    }

    /// An undo that hangs can be left, and what is not undone then is said.
    @Test func undoingCanBeEnded() throws {
        let ran = try run(
            workflow(
                [
                    step("a", "true", compensate: "touch undone"), step("b", "true", compensate: "sleep 1000"),
                    step("c", "exit 1"),
                ], onFailure: .compensate),
            observer: { engine, run, progress in
                guard case .attemptStarted(_, .undo, _) = progress else { return }
                _ = try? engine.send(.cancel(compensating: false), to: run)
            })
        #expect(ran.record.status == .compensationFailed)
        #expect(ran.record.steps.map(\.status) == [.compensationFailed, .compensationFailed, .failed])
        #expect(ran["a"]?.compensation?.status == .failed)
        #expect(ran["a"]?.compensation?.attempts.isEmpty == true)
        #expect(ran["b"]?.compensation?.attempts.last?.error?.message == "a person wanted it left as it is")
        #expect(ran.folder.read("undone") == nil)
        #expect(try ran.engine.store.record(ran.record.run) == ran.record)
    }

    @Test func theUndoIsRegisteredBeforeItsStepStarts() throws {
        var registered: CompensationRecord.Status?
        _ = try run(workflow([step("a", "true", compensate: "true")], onFailure: .compensate)) { _ in
        } observer: { engine, run, progress in
            guard case .attemptStarted = progress else { return }
            // What another process would read from the journal now.
            registered = try? StateStore(path: engine.store.path).record(run).steps.first?.compensation?.status
        }
        #expect(registered == .registered)
    }

    @Test func aStepThatBeganIsUndoneWhereItSaysSo() throws {
        var first = try step("a", "true", compensate: "echo a >> undone")
        first.compensation?.when = .started
        var half = try step("b", "touch half; exit 1", compensate: "rm half; echo b >> undone")
        half.compensation?.when = .started
        var never = try step("c", "true", compensate: "echo c >> undone")
        never.compensation?.when = .started
        let ran = try run(workflow([first, half, never], onFailure: .compensate))
        #expect(ran.record.status == .compensated)
        #expect(ran.folder.read("undone") == "b\na\n")
        #expect(ran.folder.read("half") == nil)
        #expect(ran["b"]?.outcome == .failure)
        #expect(ran["b"]?.status == .compensated)
        #expect(try ran.engine.store.record(ran.record.run) == ran.record)
    }

    /// Whoever leaves a step out that has begun leaves nothing half done.
    @Test func aStepThatBeganAndWasSkippedByHandIsUndone() throws {
        var half = try step("a", "touch half; echo up; sleep 60", compensate: "rm half")
        half.compensation?.when = .started
        var never = try step("b", "true", compensate: "echo b >> undone")
        never.compensation?.when = .started
        let last = try step("c", "exit 1")
        let ran = try run(
            workflow([half, never, last], onFailure: .compensate),
            observer: { engine, run, progress in
                guard case .output = progress else { return }
                do {
                    for id in ["a", "b"] {
                        try engine.send(RunSignal(.skip(try #require(StepID(id)))), to: run)
                    }
                } catch { Issue.record(error) }
            })
        #expect(ran.record.status == .compensated)
        #expect(ran.record.steps.map(\.status) == [.compensated, .skipped, .failed])
        #expect(ran["a"]?.outcome == .skipped)
        #expect(ran.folder.read("half") == nil)
        #expect(ran.folder.read("undone") == nil)
        #expect(try ran.engine.store.record(ran.record.run) == ran.record)
    }

    /// The step died with its runner, and is not tried again: what it began is undone.
    @Test func aStepThatDiedHalfWayIsUndone() throws {
        let folder = try TemporaryFolder()
        let driver = try DriverProcess(
            folder,
            yaml: """
                workspace: worktree
                on-failure: compensate
                steps:
                  - id: a
                    run: touch half; sleep 60
                    on-interrupt: fail
                    compensate: {run: rm half && touch undone, when: started}
                """)
        try driver.waitFor { folder.read("half") != nil }
        driver.kill()
        #expect(try driver.drive() == "compensated")
        #expect(folder.read("half") == nil)
        #expect(folder.read("undone") == "")
    }
}

extension Engine {
    fileprivate func isBeingUndone(_ run: RunID) -> Bool { (try? store.status(of: run)) == .compensating }

    /// Sends a signal as another process does, whether it makes sense or not.
    fileprivate func sendPastAdmission(_ signal: RunSignal, _ run: RunID) throws {
        try Engine(configuration).store.send(signal, to: run)
    }
}
