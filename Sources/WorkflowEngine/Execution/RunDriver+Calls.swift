internal import DocumentTree
internal import WorkflowLanguage

extension RunDriver {
    /// The kind of step that calls another workflow.
    static let callKind = KindName("workflow")

    /// Begins an attempt whose work is another run.
    func startCall(_ position: Int, _ phase: AttemptPhase, _ parameters: Value) throws(StepError) {
        try requireAllowed(kind: Self.callKind)
        guard let name = parameters["name"]?.string.flatMap({ WorkflowName($0) }) else {
            throw StepError("parameters", "workflow: with.name is not the name of a workflow")
        }
        try startCall(position, phase, of: name, inputs: parameters["inputs"]?.mapping ?? ValueMapping())
    }

    /// Begins an attempt whose work are the steps of another definition.
    func startCall(
        _ position: Int, _ phase: AttemptPhase, of name: WorkflowName, inputs: ValueMapping
    ) throws(StepError) {
        var call = execution.call(position, phase, name, inputs: inputs)
        if phase == .do { call.retried = retriedCall(of: call.step, name) }
        let child: RunID
        do throws(EngineError) {
            child = try engine.submit(call, in: callEnvironment)
        } catch {
            throw StepError(StepError.callKind, error.description)
        }
        let id = nextAttempt
        nextAttempt += 1
        let attempt = CallAttempt(engine: engine, run: child, limits: attemptLimits(position, phase))
        attempts[id] = RunningAttempt(position: position, phase: phase, work: .call(attempt))
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
