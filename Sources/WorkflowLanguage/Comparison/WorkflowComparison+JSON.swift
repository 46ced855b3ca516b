public import DocumentTree

extension WorkflowComparison {
    /// The comparison as an object of JSON, the `workflow` of `docs/diff.schema.json`.
    public var value: Value {
        [
            "impact": [
                "callers": .string(impact(for: .callers).rawValue), "runs": .string(impact(for: .runs).rawValue),
            ],
            "differences": .sequence(differences.map(\.value)),
        ]
    }
}

extension WorkflowDifference {
    /// The difference as an object of JSON.
    public var value: Value {
        var object: Value = ["subject": .string(subject.kind)]
        object["name"] = subject.name.map { .string($0) }
        if case .dependency(let edge) = subject {
            object["needs"] = .string(edge.needs.description)
            object["written"] = .bool(edge.isWritten)
        }
        object["kind"] = .string(kind.rawValue)
        object["key"] = key.map { .string($0) }
        object["old"] = old.map { .string($0) }
        object["new"] = new.map { .string($0) }
        object["callers"] = callers?.value
        object["runs"] = runs?.value
        return object
    }
}

extension WorkflowDifference.Subject {
    /// What kind of thing it is, in one word.
    var kind: String {
        switch self {
        case .workflow: "workflow"
        case .input: "input"
        case .secret: "secret"
        case .trigger: "trigger"
        case .step: "step"
        case .dependency: "dependency"
        }
    }

    /// Its name; nil for the workflow.
    var name: String? {
        switch self {
        case .workflow: nil
        case .input(let name), .secret(let name): name
        case .trigger(let event): event.rawValue
        case .step(let id): id.description
        case .dependency(let edge): edge.step.description
        }
    }
}

extension Effect {
    /// The effect as an object of JSON.
    fileprivate var value: Value { ["impact": .string(impact.rawValue), "reason": .string(reason)] }
}
