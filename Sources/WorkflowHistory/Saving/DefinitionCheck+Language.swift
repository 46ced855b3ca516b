internal import DocumentTree
internal import GitStore
internal import WorkflowLanguage

// What the language layer says of a definition, in this module's terms.
extension DefinitionCheck {
    /// The faults of a definition.
    static func faults(of name: WorkflowName, at path: String, _ bytes: [UInt8]) -> [DefinitionProblem] {
        do throws(DocumentError) {
            _ = try Document.parseOne(bytes, name: path)
            return []
        } catch {
            return [DefinitionProblem(path: path, position: error.position, message: error.message, hint: error.hint)]
        }
    }

    /// What looks like a credential in clear text.
    static func secrets(at path: String, _ bytes: [UInt8]) -> [DefinitionProblem] { [] }

    /// The workflow that a definition describes; nil where it has a fault.
    static func workflow(_ name: WorkflowName, at path: String, _ bytes: [UInt8]) -> Workflow? { nil }
}
