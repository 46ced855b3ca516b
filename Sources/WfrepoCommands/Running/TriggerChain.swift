import DocumentTree
import GitStore
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage
import WorkflowRecords

/// Starts workflows because of something that a run did: an event that it emitted, or its end.
///
/// How many of those follow each other is bounded, so that two workflows that start each other come to an end, and so is how often a
/// workflow comes back to itself, so that several triggers don't double the runs with each round.
struct TriggerChain {
    /// A run that was started.
    struct Started {
        var workflow: WorkflowName
        var run: RunID
    }

    /// How long a chain may get.
    static let longest = 16
    /// How many runs of a workflow that starts itself, be it by others, may have one correlation id.
    static let mostRepeats = 64
    private static let variable = "WFREPO_TRIGGER_CHAIN"

    private let context: CommandContext
    private let workflows: WorkflowRepository
    /// The workflows that were started one by the other up to here, the latest last.
    private let links: [String]

    init(_ context: CommandContext, workflows: WorkflowRepository? = nil) throws {
        self.workflows = try workflows ?? context.openWorkflows()
        links = context.environment[Self.variable]?.split(separator: " ").map(String.init) ?? []
        self.context = context
    }

    /// Starts the workflows of the branch's last commit that have a trigger that fits.
    ///
    /// - Parameters:
    ///   - word: What a trigger of each of them names: the event, the workflow that has ended.
    ///   - fits: Whether a trigger of a workflow fires.
    ///   - correlationID: That of the run that does it.
    ///   - request: The inputs of a workflow, and what starts it.
    /// - Throws: where the repository is not trusted and a workflow would start.
    func start(
        mentioning word: String, where fits: (Trigger, Workflow) -> Bool,
        correlationID: String? = nil,
        _ request: (Workflow) throws -> (inputs: [(name: String, text: String)], trigger: RunTrigger)
    ) throws -> [Started] {
        let fitting = try definitions(mentioning: word).filter { workflow in
            workflow.isEnabled && workflow.triggers.contains { fits($0, workflow) }
        }
        guard !fitting.isEmpty else { return [] }
        guard try context.trustStore().trusts(workflows.repository) else {
            throw CommandFailure(
                "\(fitting.map(\.name.description).joined(separator: ", ")) not started: this repository is not trusted",
                hint: "allow runs here: wfrepo trust")
        }
        guard links.count < Self.longest else {
            throw CommandFailure(
                "\(fitting.map(\.name.description).joined(separator: ", ")) not started: \(Self.longest) runs have started each other in a row",
                hint: "look which workflows start each other: wfrepo runs list")
        }
        let session = try RunSession(context, workflows: workflows)
        return fitting.compactMap { workflow in
            do {
                return try start(workflow, try request(workflow), correlationID, session)
            } catch {
                let failure = CommandFailure(for: error)
                context.errors.writeLine("wfrepo: \(workflow.name) not started: \(visible(failure.message))")
                return nil
            }
        }
    }

    private func start(
        _ workflow: Workflow, _ wanted: (inputs: [(name: String, text: String)], trigger: RunTrigger),
        _ correlationID: String?, _ session: RunSession
    ) throws -> Started {
        try requireNoStorm(of: workflow.name, correlationID, session)
        let resolved = try workflows.resolve(RevisionSpec(name: workflow.name, selector: .tip))
        let request = try session.request(
            resolved, inputs: wanted.inputs, trigger: wanted.trigger, correlationID: correlationID)
        let run = try session.engine.submit(request)
        var context = context
        context.environment[Self.variable] = (links + [workflow.name.description]).joined(separator: " ")
        try BackgroundProcess(context).start(["runs", "drive", run.description], in: workflows.repository)
        let trail = context.auditTrail(workflows.repository, "engine", .system)
        let event = trail.event(
            .triggerFired, of: try session.engine.store.record(run),
            [
                "trigger": .string(
                    [wanted.trigger.event, wanted.trigger.source].compactMap { $0 }.joined(separator: ": "))
            ])
        context.tell([event], to: trail, in: workflows.repository)
        return Started(workflow: workflow.name, run: run)
    }

    /// Refuses to start a workflow that has come back to itself too often.
    private func requireNoStorm(of name: WorkflowName, _ correlationID: String?, _ session: RunSession) throws {
        guard links.contains(name.description), let correlationID else { return }
        guard try session.engine.store.countRuns(of: name, correlationID: correlationID) >= Self.mostRepeats else {
            return
        }
        throw CommandFailure(
            "it has started itself \(Self.mostRepeats) times",
            hint: "look which workflows start each other: wfrepo runs list")
    }

    /// The workflows of the branch's last commit that wait for something of that name and are without a fault.
    private func definitions(mentioning word: String) throws -> [Workflow] {
        guard let tip = try workflows.repository.head.tip else { return [] }
        let tree = try workflows.repository.commit(tip).tree
        let names = try WaitingWorkflows(in: tree, workflows).names(waitingFor: word)
        return try names.compactMap { name in
            guard let file = try workflows.file(of: name, in: tree) else { return nil }
            return Workflow.parse(try workflows.definition(file), name: name, file: file.path).workflow
        }
    }
}

extension TriggerChain {
    /// Starts the workflows that wait for the end of a run (`on: workflow`). What stops that is said, and the run's end
    /// stands all the same.
    static func runEnded(_ record: RunRecord, _ context: CommandContext, _ workflows: WorkflowRepository) {
        guard record.status.isFinal else { return }
        let name = record.definition.workflow
        do {
            let chain = try TriggerChain(context, workflows: workflows)
            _ = try chain.start(
                mentioning: name.description,
                where: { trigger, _ in
                    trigger.event == .workflow && trigger.names.contains(name.description)
                        && (trigger.statuses.isEmpty || trigger.statuses.contains(record.status.rawValue))
                }, correlationID: record.correlationID
            ) { _ in
                let status = record.status.rawValue
                let data: ValueMapping = [
                    "workflow": .string(name.description), "status": .string(status),
                    "outputs": .mapping(record.outputs),
                ]
                return ([], RunTrigger(event: "workflow", source: "\(name) \(status)", run: record.run, data: data))
            }
        } catch {
            let failure = CommandFailure(for: error)
            context.errors.writeLine("wfrepo: \(visible(failure.message))")
        }
    }
}
