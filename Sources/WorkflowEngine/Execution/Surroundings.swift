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
    /// The kinds whose steps wait, so that an attempt of theirs that a crash cut short had no effect.
    var waitingKinds: Set<KindName> = []
    /// The git trees of own kinds of step, in the commit that runs.
    var kindTrees: [WorkflowName: String] = [:]
    /// What the repository's settings allow the workflow.
    var scope = Scope.unrestricted
    /// The SHA-256 of the files of the workspace that match patterns.
    var hashFiles: @Sendable ([String]) throws -> String = { _ in "" }
}

extension Execution {
    /// Whether the step's work is to wait.
    func isOfWaitingKind(_ position: Int) -> Bool {
        guard case .kind(let name, _) = plan.steps[position].work else { return false }
        return surroundings.waitingKinds.contains(name)
    }

    /// The secrets that the workflow declares, and that it was given.
    var declaredSecrets: [(name: String, value: String)] {
        plan.workflow.secrets.compactMap { secret in surroundings.secrets[secret.name].map { (secret.name, $0) } }
    }
}
