import DocumentTree
import GitStore
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage

/// A run that is over, and the new one that tries it again.
struct Retry {
    var old: RunRecord
    var request: RunRequest
    var plan: RetryPlan
}

extension RunSession {
    /// Plans to try a run again, with what is in its record, wherever that is.
    ///
    /// - Parameters:
    ///   - atLatest: Whether the branch's last commit runs, instead of what ran before.
    ///   - first: A step from which on everything runs again.
    func retry(_ old: RunRecord, atLatest: Bool, from first: StepID?) throws -> Retry {
        let ran = try definition(of: old)
        var request: RunRequest
        if atLatest {
            let spec = RevisionSpec(name: old.definition.workflow, selector: .tip)
            let inputs = old.inputs.entries.map { (name: $0.key, text: $0.value.inline) }
            request = try self.request(
                try workflows.resolve(spec), inputs: inputs, trigger: old.trigger, correlationID: old.correlationID)
        } else {
            request = RunRequest(
                workflow: ran.workflow, definition: old.definition, source: ran.source, inputs: old.inputs,
                trigger: old.trigger, actor: try actor(), correlationID: old.correlationID)
        }
        request.trigger.run = old.run
        let plan = try RetryPlan(
            of: old, ran.workflow, as: request, from: first, in: try environment(for: request.workflow))
        return Retry(old: old, request: request, plan: plan)
    }

    /// Exactly what a run executed, from its blob.
    private func definition(of record: RunRecord) throws -> (workflow: Workflow, source: [UInt8]) {
        let source = try repository.blob(record.definition.blob)
        let parsed = Workflow.parse(source, name: record.definition.workflow, file: record.definition.path)
        guard let workflow = parsed.workflow else { throw InvalidDefinition(problems: parsed.errors) }
        return (workflow, source)
    }
}
