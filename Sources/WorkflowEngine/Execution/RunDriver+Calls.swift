internal import DocumentTree
internal import Logging
internal import WorkflowLanguage

extension RunDriver {
    /// The kind of step that calls another workflow.
    static let callKind = KindName("workflow")

    /// Begins an attempt whose work is another run.
    func startCall(_ position: Int, _ phase: AttemptPhase, _ parameters: Value) throws(StepError) {
        try requireAllowed(kind: Self.callKind)
        let (name, inputs) = try Self.called(parameters)
        try startCall(position, phase, of: name, inputs: inputs)
    }

    private static func called(_ parameters: Value) throws(StepError) -> (WorkflowName, inputs: ValueMapping) {
        guard let name = parameters["name"]?.string.flatMap({ WorkflowName($0) }) else {
            throw StepError("parameters", "workflow: with.name is not the name of a workflow")
        }
        return (name, parameters["inputs"]?.mapping ?? ValueMapping())
    }

    /// Begins an attempt whose work are the steps of another definition.
    func startCall(
        _ position: Int, _ phase: AttemptPhase, of name: WorkflowName, inputs: ValueMapping
    ) throws(StepError) {
        var call = execution.call(position, phase, name, inputs: inputs)
        if phase == .do { call.retried = retriedCall(of: call.step, name) }
        do throws(EngineError) {
            begin(call, of: try engine.submit(call, in: callEnvironment), position)
        } catch {
            throw StepError(StepError.callKind, error.description)
        }
    }

    /// Does the attempt that has the run cancelled which an earlier one called. Where none was, it has ended so.
    func endCall(_ position: Int, with ending: StepError) {
        do throws(StepError) {
            let inputs = try StepInputs(execution, position: position, phase: .do)
            guard case .kind(let kind, let parameters) = inputs.work else { throw ending }
            let name: WorkflowName
            let values: ValueMapping
            if let own = kind.own {
                (name, values) = (own, parameters.mapping ?? [:])
            } else {
                (name, values) = try Self.called(parameters)
            }
            let call = execution.call(position, .do, name, inputs: values)
            guard try isThere(call.run) else { throw ending }
            begin(call, of: call.run, position, toEndWith: ending)
        } catch {
            stillborn.append((position, .do, .failed(error)))
        }
    }

    /// Has a called run cancelled that nothing of this one waits for any more.
    func cancel(_ called: RunID) {
        do throws(EngineError) {
            try engine.send(.cancel(), to: called)
        } catch {
            // It may be over by now.
            configuration.logger.debug("\(error)", metadata: ["run": "\(run)"])
        }
    }

    private func isThere(_ run: RunID) throws(StepError) -> Bool {
        do throws(EngineError) {
            return try store.exists(run)
        } catch {
            throw StepError(StepError.callKind, error.description)
        }
    }

    /// Drives the run of a call; with an error, until it is cancelled.
    private func begin(_ call: Call, of child: RunID, _ position: Int, toEndWith error: StepError? = nil) {
        let phase = call.phase
        let id = nextAttempt
        nextAttempt += 1
        let attempt = CallAttempt(engine: engine, run: child, limits: attemptLimits(position, phase, of: call))
        attempts[id] = RunningAttempt(position: position, phase: phase, work: .call(attempt))
        // Before anything of it goes on.
        if let error { attempt.stop(error) }
        let mailbox = mailbox
        attempt.start(call, in: callEnvironment) { end in
            switch end {
            case .ended(let outcome): mailbox.post(Mailbox.Message(attempt: id, content: .ended(outcome)))
            case .suspended(let wait): mailbox.post(Mailbox.Message(attempt: id, content: .left(wait)))
            }
        }
    }

    /// Gives the run up where it is being undone, as soon as that is possible.
    func giveUp() {
        guard !execution.isGivenUp else { return }
        execution.giveUp()
        for attempt in attempts.values where attempt.phase == .undo {
            if case .call(let call) = attempt.work { call.prepareToLeave() }
        }
    }

    /// Has the runs pause that steps called.
    func pauseCalls() {
        for attempt in attempts.values {
            if case .call(let call) = attempt.work { call.pause() }
        }
    }
}
