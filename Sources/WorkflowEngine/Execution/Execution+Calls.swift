internal import DocumentTree
internal import WorkflowLanguage

extension Execution {
    /// The run that an attempt called is paused, or waits: so does the step, until somebody resumes this run, or the called
    /// one has ended.
    mutating func callWasLeft(_ position: Int, _ wait: CallWait, at now: Timestamp) throws(IllegalTransition) {
        underWay -= 1
        let error = StepError(StepError.suspendedKind, Wait.call(wait).summary)
        guard control?.isCancel != true, steps[position].outsideEnd == nil else {
            return try attemptIsOver(
                position, .failed(StepError(StepError.cancelledKind, "the run was cancelled")), at: now, random: 0)
        }
        endAttempt(position, .failed(error), at: now)
        try suspend(position, for: .call(wait), at: now)
        try fill(at: now)
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
