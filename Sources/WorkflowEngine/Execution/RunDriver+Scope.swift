internal import WorkflowLanguage

// What the repository's settings allow, at the last moment before it is used: a definition may be older than they are, or
// may have come around the checks of a save.
extension RunDriver {
    var scope: Scope { execution.surroundings.scope }

    func requireAllowed(program: String) throws(StepError) {
        guard !scope.allows(program: program) else { return }
        throw StepError(
            StepError.forbiddenKind,
            "\(Settings.path) does not allow workflows like this one to start the program \(program)")
    }

    func requireAllowed(kind: KindName) throws(StepError) {
        guard !scope.allows(kind: kind) else { return }
        throw StepError(
            StepError.forbiddenKind,
            "\(Settings.path) does not allow workflows like this one to use the kind of step \(kind)")
    }

    /// Where an interpreter is looked for. Where only some are allowed, a step can't bring its own of that name.
    func searchPath(for variables: [String: String]) -> String {
        environment.searchPath(with: scope.programs == nil ? variables : [:])
    }

    /// What an attempt of the step may use: what the step says, as far as the settings let it.
    func resources(of step: Step) -> StepLimits { step.limits.bounded(by: scope.limits) }
}

extension StepCall {
    /// Makes sure that the repository's settings let this step connect to an address. A kind that connects to hosts asks
    /// before each connection, and for the target of each redirection.
    /// - Throws: `StepError` of the class `forbidden`.
    public func requireAllowed(address: String) throws(StepError) {
        guard let host = HostPattern.host(of: address) else {
            throw StepError("parameters", "\(address) names no host")
        }
        guard !scope.allows(host: host) else { return }
        throw StepError(
            StepError.forbiddenKind, "\(Settings.path) does not allow workflows like this one to connect to \(host)")
    }
}
