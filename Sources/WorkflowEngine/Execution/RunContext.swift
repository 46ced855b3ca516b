internal import DocumentTree
internal import GitStore
internal import WorkflowLanguage

/// What the expressions of one step see.
struct RunContext: EvaluationContext {
    private let execution: Execution
    private let position: Int
    /// The value of the context `env`.
    var environment: ValueMapping?

    init(_ execution: Execution, position: Int) {
        self.execution = execution
        self.position = position
    }

    func value(of name: String) throws -> Value? {
        let header = execution.header
        switch ContextName(name) {
        case .inputs: return .mapping(execution.surroundings.inputs)
        case .env: return .mapping(try environment ?? workflowEnvironment())
        case .secrets: return .mapping(ValueMapping(execution.declaredSecrets.map { ($0, .string($1)) }))
        case .steps: return .mapping(execution.stepsContext)
        case .trigger:
            return [
                "event": .string(header.trigger.event), "source": Value(header.trigger.source),
                "run": Value(header.trigger.run?.description), "data": .mapping(header.trigger.data),
            ]
        case .run:
            let attempt = execution.steps[position].record.attempts.last?.number ?? 1
            return ["id": .string(header.run.description), "attempt": .integer(attempt)]
        case .workflow:
            let definition = header.definition
            return [
                "name": .string(definition.workflow.description), "title": Value(definition.title),
                "version": definition.version.map { .integer($0) } ?? .null,
                "commit": .string(definition.commit.description), "branch": Value(definition.branch),
            ]
        case .executionID: return .string(header.run.description)
        case .correlationID: return .string(header.correlationID)
        case .matrix: return item(ofMatrix: true)?.value ?? .null
        case .item: return item(ofMatrix: false)?.value ?? .null
        case .itemIndex: return execution.plan.origins[position].map { .integer($0.index) } ?? .null
        case nil: return nil
        }
    }

    /// What the step is an item of, where that step has a matrix or where it has a list.
    private func item(ofMatrix isMatrix: Bool) -> ItemOrigin? {
        guard let origin = execution.plan.origins[position] else { return nil }
        switch execution.plan.steps[origin.parent].fanOut?.source {
        case .matrix: return isMatrix ? origin : nil
        case .list: return isMatrix ? nil : origin
        case nil: return nil
        }
    }

    func holds(_ function: StatusFunction) -> Bool {
        let step = execution.steps[position]
        let isCancelled = execution.control?.isCancel == true
        switch function {
        case .always: return true
        case .cancelled: return isCancelled
        case .failure: return !isCancelled && step.hasFailedAncestor
        case .success:
            // A condition that does not ask how the run stands holds only as long as the run goes on.
            let mayGoOn = !execution.isStopping || execution.plan.steps[position].condition?.callsStatusFunction == true
            return !isCancelled && !step.hasFailedAncestor && mayGoOn && execution.skippedNeed(of: position) == nil
        }
    }

    func hashFiles(_ patterns: [String]) throws -> String { try execution.surroundings.hashFiles(patterns) }

    /// The context with a step's variables added to `env`, each of which may refer to those before it.
    func adding(_ variables: [EnvironmentVariable]) throws -> RunContext {
        var context = self
        var environment = try self.environment ?? workflowEnvironment()
        context.environment = environment
        for variable in variables {
            environment[variable.name] = .string(try variable.value.text(in: context))
            context.environment = environment
        }
        return context
    }

    private func workflowEnvironment() throws -> ValueMapping {
        let variables = execution.plan.workflow.environment
        guard !variables.isEmpty else { return ValueMapping() }
        var context = self
        context.environment = ValueMapping()
        return try context.adding(variables).environment ?? ValueMapping()
    }

    /// What `steps.<id>` is once the step has ended.
    static func value(of record: StepRecord) -> Value {
        [
            "outputs": .mapping(record.outputs),
            "result": .mapping(record.outputs),
            "outcome": Value(record.outcome?.rawValue),
            "conclusion": Value(record.conclusion?.rawValue),
            "error": record.error.map { ["class": .string($0.kind), "message": .string($0.message)] } ?? .null,
        ]
    }
}
