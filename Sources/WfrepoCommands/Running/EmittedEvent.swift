import DocumentTree
import GitStore
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage

/// An event that was emitted, and the runs that it starts.
struct EmittedEvent {
    let name: String
    /// Gives the inputs of the same names.
    let data: ValueMapping
    /// Where it came from, for people.
    let source: String
    /// The run that emitted it.
    let cause: RunID?
    /// What the runs that it starts belong to; nil means each to itself.
    let correlationID: String?

    init(name: String, data: ValueMapping, source: String, cause: RunID?, correlationID: String? = nil) {
        self.name = name
        self.data = data
        self.source = source
        self.cause = cause
        self.correlationID = correlationID
    }

    /// The event of a step (`uses: emit`).
    init(request: Value) throws(StepError) {
        guard let name = request["with"]?["event"]?.string, !name.isEmpty else {
            throw StepError("parameters", "with.event: is missing or empty")
        }
        let data = request["with"]?["data"] ?? [:]
        guard let mapping = data.mapping else { throw StepError("parameters", "with.data: is no mapping") }
        self.init(
            name: name, data: mapping, source: "step \(request["step"]?.string ?? "")",
            cause: request["run"]?.string.flatMap { RunID($0) }, correlationID: request["correlation_id"]?.string)
    }

    /// Starts the workflows that wait for it; returns what was started.
    func start(in context: CommandContext) throws -> ValueMapping {
        let chain = try TriggerChain(context)
        let started = try chain.start(
            mentioning: name, where: { trigger, _ in trigger.event == .event && trigger.names.contains(name) },
            correlationID: correlationID
        ) {
            workflow in
            let inputs = workflow.inputs.compactMap { input in
                data[input.name].map { (name: input.name, text: $0.string ?? $0.canonicalText) }
            }
            return (inputs, RunTrigger(event: "event", source: "\(name), \(source)", run: cause, data: data))
        }
        return [
            "event": .string(name),
            "started": .sequence(
                started.map { ["workflow": .string($0.workflow.description), "run": .string($0.run.description)] }),
        ]
    }
}
