internal import DocumentTree
internal import WorkflowLanguage

// What a retry takes over of steps that run again: their finished items, and what is finished in the runs that they called.
// Such an item begins its attempt as every item does, and ends it with the result that it had; nothing is started.
extension RunDriver {
    /// Ends the attempt of an item with the result that it had in the run that is tried again; returns whether it had one for
    /// exactly what it is given now.
    func takeFromRetried(_ inputs: StepInputs, _ position: Int) -> Bool {
        guard inputs.phase == .do, let retried, let origin = execution.plan.origins[position] else { return false }
        let parent = execution.plan.steps[origin.parent].id
        let mask = execution.surroundings.mask
        guard execution.header.partlyRetried.contains(parent) else { return false }
        let hash = inputs.hash(mask)
        let value = mask.masked(origin.value)
        let earlier = retried.steps.first { step in
            step.item?.step == parent && step.status == .succeeded && step.intervention == nil
                && step.inputsHash == hash
                && step.item?.value == value
        }
        guard let earlier else { return false }
        execution.note(reuse: earlier.reusedFrom ?? retried.run, of: position)
        stillborn.append((position, .do, AttemptResult(outputs: earlier.outputs)))
        return true
    }

    /// The run that the step called in the run that is tried again.
    func retriedCall(of step: StepID, _ workflow: WorkflowName) -> RunID? {
        guard let retried, execution.header.partlyRetried.contains(step),
            let record = retried.steps.first(where: { $0.id == step }), !record.attempts.isEmpty
        else { return nil }
        return Call(
            caller: retried, step: step, attempts: record.attempts, phase: .do, workflow: workflow, inputs: [:]
        ).run
    }
}

extension Execution {
    /// Notes whose result an item has; it is written with the end of its attempt.
    mutating func note(reuse run: RunID, of position: Int) { steps[position].record.reusedFrom = run }
}
