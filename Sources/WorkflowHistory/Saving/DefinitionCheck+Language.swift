internal import GitStore
internal import WorkflowLanguage

// What the language layer says of a definition, in this module's terms.
extension DefinitionCheck {
    /// The faults of a definition.
    static func faults(
        of name: WorkflowName, at path: String, _ bytes: [UInt8], scope: Scope = .unrestricted
    ) -> [DefinitionProblem] {
        Workflow.parse(bytes, name: name, file: path, scope: scope).errors.map { DefinitionProblem($0) }
    }

    /// What looks like a credential in clear text.
    static func secrets(at path: String, _ bytes: [UInt8]) -> [DefinitionProblem] {
        SecretScanner.findings(in: bytes, file: path).map { DefinitionProblem($0) }
    }

    /// The workflow that a definition describes; nil where it has a fault.
    static func workflow(_ name: WorkflowName, at path: String, _ bytes: [UInt8]) -> Workflow? {
        Workflow.parse(bytes, name: name, file: path).workflow
    }
}

extension DefinitionProblem {
    init(_ problem: Problem) {
        self.init(path: problem.file, position: problem.position, message: problem.message, hint: problem.hint)
    }
}
