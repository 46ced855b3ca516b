public import DocumentTree
internal import GitStore
public import WorkflowLanguage

/// What the expressions of a workflow's `notify` see: a run as its record has it.
public struct NoticeContext: EvaluationContext {
    private let record: RunRecord?
    private let workflow: Workflow
    private let secrets: [String: String]
    /// What `run` says beside the record.
    private let now: Timestamp

    /// The context of a notice.
    ///
    /// - Parameters:
    ///   - record: The run; nil where the notice is about the definition.
    ///   - secrets: The values of the workflow's secrets.
    public init(_ record: RunRecord?, of workflow: Workflow, secrets: [String: String], now: Timestamp) {
        self.record = record
        self.workflow = workflow
        self.secrets = secrets
        self.now = now
    }

    /// The value of a context; null for those that nothing stands behind here.
    public func value(of name: String) throws -> Value? {
        switch ContextName(name) {
        case nil: return nil
        case .secrets:
            return .mapping(ValueMapping(secrets.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
        case .env: return .mapping(try environment())
        case .inputs: return .mapping(record?.inputs ?? ValueMapping())
        case .workflow:
            let definition = record?.definition
            return [
                "name": .string(workflow.name.description), "title": Value(workflow.title),
                "version": definition?.version.map { .integer($0) } ?? .null,
                "commit": Value(definition?.commit.description), "branch": Value(definition?.branch),
            ]
        case .run: return record.map(run) ?? .null
        case .steps:
            return .mapping(
                ValueMapping((record?.steps ?? []).map { ($0.id.description, RunContext.value(of: $0)) }))
        case .trigger:
            return record.map {
                [
                    "event": .string($0.trigger.event), "source": Value($0.trigger.source),
                    "run": Value($0.trigger.run?.description), "data": .mapping($0.trigger.data),
                ]
            } ?? .null
        case .executionID: return Value(record?.run.description)
        case .correlationID: return Value(record?.correlationID)
        case .matrix, .item, .itemIndex: return .null
        }
    }

    private func run(_ record: RunRecord) -> Value {
        let duration = record.started.map { (record.ended ?? now).since($0).wholeMilliseconds }
        return [
            "id": .string(record.run.description), "attempt": .integer(1), "status": .string(record.status.rawValue),
            "seconds": duration.map { .double(Double($0) / 1000) } ?? .null,
            "error": record.error.map {
                [
                    "step": Value($0.step?.description), "class": .string($0.error.kind),
                    "message": .string($0.error.message),
                ]
            } ?? .null,
        ]
    }

    private func environment() throws -> ValueMapping {
        var values = ValueMapping()
        for variable in workflow.environment {
            let known = ConstantContext(["env": .mapping(values), "inputs": .mapping(record?.inputs ?? ValueMapping())])
            values[variable.name] = .string(try variable.value.text(in: known))
        }
        return values
    }

    /// Whether the run stands as the function says.
    public func holds(_ function: StatusFunction) -> Bool {
        switch function {
        case .always: true
        case .success: record?.status == .succeeded
        case .failure: record.map { $0.error != nil } ?? false
        case .cancelled: record?.status == .cancelled
        }
    }

    /// Always empty: the run's files are gone.
    public func hashFiles(_ patterns: [String]) -> String { "" }
}
