import WorkflowLanguage

extension SecretDeclaration.Provider {
    /// The provider's word, as in a workflow.
    var word: String {
        switch self {
        case .any: "any"
        case .store: "store"
        case .environment: "environment"
        case .file: "file"
        case .command: "command"
        }
    }
}
