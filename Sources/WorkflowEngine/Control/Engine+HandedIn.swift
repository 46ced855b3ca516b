internal import DocumentTree
internal import WorkflowLanguage

// What people and other systems hand in for a step, beside what the step says of its outputs (`outputs:`).
extension Engine {
    /// The signal, its outputs as the step declares them. What doesn't fit is refused while whoever sends it is there to hear so,
    /// and not when a later step stumbles over it.
    ///
    /// - Throws: `EngineError.refused`, which says what doesn't fit.
    func checked(_ signal: RunSignal, for run: RunID) throws(EngineError) -> RunSignal {
        switch signal.wish {
        case .setResult(let id, let outputs):
            guard let step = try step(of: run, { $0.id == id }) else { return signal }
            return RunSignal(.setResult(id, outputs: try fitting(outputs, step, signal, run)), from: signal.sender)
        case .deliver(let name, let data):
            let waiting = try step(of: run) { step in
                guard case .signal(let wait) = step.waiting else { return false }
                return wait.name == name
            }
            if let waiting {
                _ = try fitting(Execution.outputs(ofSignal: data, from: signal.sender), waiting, signal, run)
            }
            return signal
        default: return signal
        }
    }

    /// The definition of the first step that is meant; nil where there is none, or nothing is known of the run.
    private func step(of run: RunID, _ isMeant: (StepRecord) -> Bool) throws(EngineError) -> Step? {
        guard try store.exists(run) else { return nil }
        let record = try store.record(run)
        guard !record.status.isFinal, let found = record.steps.first(where: isMeant) else { return nil }
        let id = found.item?.step ?? found.id
        // Of a step with items, each of them hands on what is declared.
        return try workflow(of: record).steps.first { $0.id == id && ($0.fanOut == nil || found.item != nil) }
    }

    private func fitting(
        _ outputs: ValueMapping, _ step: Step, _ signal: RunSignal, _ run: RunID
    ) throws(EngineError) -> ValueMapping {
        let (checked, faults) = OutputDeclaration.check(outputs, against: step.outputs)
        guard faults.isEmpty else {
            throw EngineError(
                .refused, "cannot \(signal.name): \(OutputDeclaration.summary(of: faults))",
                object: "run \(run), step \(step.id)",
                hint: "say what it is: wfrepo runs \(signal.name) … --data '{\"NAME\": VALUE}'")
        }
        return checked
    }
}
