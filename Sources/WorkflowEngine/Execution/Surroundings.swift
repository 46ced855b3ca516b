internal import DocumentTree
internal import WorkflowLanguage

/// What a run gets from outside, and what the journal must not hold: the caller's environment and the values of secrets.
struct Surroundings: Sendable {
    /// The values of secrets, by name.
    var secrets: [String: String] = [:]
    /// Takes secrets out of texts.
    var mask = SecretMask(secrets: [])
    /// The inputs, which may hold secrets that the record masks.
    var inputs = ValueMapping()
    /// What the repository's settings allow the workflow.
    var scope = Scope.unrestricted
    /// The SHA-256 of the files of the workspace that match patterns.
    var hashFiles: @Sendable ([String]) throws -> String = { _ in "" }
}

extension Execution {
    /// The secrets that the workflow declares, and that it was given.
    var declaredSecrets: [(name: String, value: String)] {
        plan.workflow.secrets.compactMap { secret in surroundings.secrets[secret.name].map { (secret.name, $0) } }
    }
}
