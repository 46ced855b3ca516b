internal import DocumentTree
internal import WorkflowLanguage

extension Execution {
    /// The run that an attempt called is paused, or waits: so does the step, until somebody resumes this run, or the called
    /// one has ended.
    ///
    /// - Parameter ending: Why the attempt was to end, where the called run was left before it knew.
    mutating func callWasLeft(
        _ position: Int, _ wait: CallWait, ending: StepError?, at now: Timestamp
    ) throws(IllegalTransition) {
        underWay -= 1
        endAttempt(position, .failed(StepError(StepError.suspendedKind, Wait.call(wait).summary)), at: now)
        if let error = wantedEnd(of: position) ?? ending {
            return try endCall(position, with: error, at: now)
        }
        try suspend(position, for: .call(wait), at: now)
        try fill(at: now)
    }

    /// How a step is to end that has ended in neither way yet: its run was cancelled, or a person says how it ends.
    func wantedEnd(of position: Int) -> StepError? {
        if control?.isCancel == true { return StepError(StepError.cancelledKind, "the run was cancelled") }
        return steps[position].outsideEnd.flatMap { $0.isQuestion ? nil : $0.error }
    }

    /// Whether the latest attempt of a step may have left a run that it called, and that is not over: where that one waits, or a
    /// crash cut the attempt short.
    func hasLeftCall(_ position: Int) -> Bool {
        isCall(position) && steps[position].record.attempts.last?.error?.isNoFailureOfTheStep == true
    }

    /// Whether the work of a step is a run of its own, as far as its definition says; an own kind may be a program, too.
    func isCall(_ position: Int) -> Bool {
        guard plan.items[position] == nil, case .kind(let name, _) = plan.steps[position].work else { return false }
        return name == RunDriver.callKind || name.own != nil
    }

    /// When the call was made that the latest attempt of a step belongs to: those before it that a wait or a crash cut short made
    /// the same one.
    func beginningOfCall(_ position: Int) -> Timestamp? {
        let attempts = steps[position].record.attempts
        let earlier = attempts.dropLast().reversed().prefix { $0.error?.isNoFailureOfTheStep == true }
        return (earlier.last ?? attempts.last)?.started
    }

    /// Ends a step that has left a run which it called: a further attempt has that run cancelled, with its own compensation, and
    /// ends with it. So nothing that was called goes on, or waits for ever, when nobody wants it any more.
    mutating func endCall(_ position: Int, with error: StepError, at now: Timestamp) throws(IllegalTransition) {
        if steps[position].machine.status != .retrying { try move(position, .retry) }
        try startAttempt(position, at: now)
        turn.commands.removeLast()
        turn.commands.append(.endCall(position: position, error))
    }

    /// The call that the attempt of a step, or to undo it, makes.
    func call(_ position: Int, _ phase: AttemptPhase, _ workflow: WorkflowName, inputs: ValueMapping) -> Call {
        let record = steps[position].record
        var call = Call(
            caller: header, step: plan.steps[position].id,
            attempts: phase == .undo ? record.compensation?.attempts ?? [] : record.attempts, phase: phase,
            workflow: workflow, inputs: inputs)
        // An answer is for what was asked last, and is not given again after a crash.
        let asked = record.attempts.dropLast().last?.error?.kind == StepError.suspendedKind
        if phase == .do, asked { call.answer = record.answer }
        return call
    }

    /// The workflow's outputs, once all its steps have ended well.
    mutating func evaluateOutputs() {
        guard !plan.workflow.outputs.isEmpty, let last = steps.indices.last else { return }
        let context = RunContext(self, position: last)
        var outputs = ValueMapping()
        for output in plan.workflow.outputs {
            do {
                outputs[output.name] = try output.value.evaluate(in: context)
            } catch {
                let error = StepError(StepError.expressionKind, "outputs.\(output.name): \(error)")
                failure = failure ?? RunFailure(step: nil, error: error)
            }
        }
        header.outputs = surroundings.mask.maskedValues(of: outputs)
    }
}
