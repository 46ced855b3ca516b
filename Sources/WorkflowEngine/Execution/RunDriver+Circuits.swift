internal import DocumentTree
internal import Logging
internal import WorkflowLanguage

extension RunDriver {
    /// Makes sure that the service which an attempt would ask may be asked.
    /// - Throws: `StepError` of the class `circuit-open`.
    func enterCircuit(_ position: Int, _ kind: KindName, _ parameters: Value) throws(StepError) {
        guard execution.plan.steps[position].circuitBreaker != nil else { return }
        let name = configuration.kinds[kind]?.circuit(for: parameters) ?? kind.description
        let verdict: CircuitVerdict
        do throws(EngineError) {
            verdict = try store.enterCircuit(name, as: run, host: configuration.host)
        } catch {
            throw StepError("error", "the circuit breaker of \(name) can't be read: \(error)")
        }
        switch verdict {
        case .closed, .probe: circuits[position] = name
        case .open(let until):
            throw StepError(
                StepError.circuitOpenKind, "\(name) failed too often, and is not asked before \(until)")
        case .probed(let other):
            throw StepError(
                StepError.circuitOpenKind, "\(name) failed too often; run \(other) tries whether it works again")
        }
    }

    /// Notes how the attempt went for the service that it asked.
    func leaveCircuit(_ position: Int, _ error: StepError?) {
        guard let name = circuits.removeValue(forKey: position),
            let policy = execution.plan.steps[position].circuitBreaker
        else { return }
        do throws(EngineError) {
            try store.leaveCircuit(name, as: run, policy, hasFailed: error.map(\.blamesTheService) ?? false)
        } catch {
            configuration.logger.warning("cannot note how \(name) answered: \(error)", metadata: ["run": "\(run)"])
        }
    }
}

extension StepError {
    /// The class of an attempt that did not ask a service, because it had failed too often.
    static let circuitOpenKind = "circuit-open"

    /// Whether the service failed, as far as an error tells; nil where the attempt was cut short. What the workflow itself
    /// did wrong is no failure of the service.
    fileprivate var blamesTheService: Bool? {
        switch kind {
        case Self.cancelledKind, Self.interruptedKind, Self.suspendedKind, Self.byHandKind: nil
        case "parameters", "unknown-kind", Self.forbiddenKind, Self.expressionKind, Self.schemaKind: false
        default: true
        }
    }
}
