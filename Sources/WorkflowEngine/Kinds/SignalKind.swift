public import DocumentTree
public import WorkflowLanguage

/// `uses: signal`: waits for a signal of a name, whose data become the step's outputs.
public struct SignalKind: WaitingKind {
    /// A kind named `signal`.
    public init() {}

    /// `signal`.
    public var name: KindName { KindName("signal") }

    /// Waits for the signal.
    public func wait(_ parameters: Value, from now: Timestamp) throws(StepError) -> Wait {
        let parameters = KindParameters(kind: name, values: parameters)
        guard let name = try parameters.text("name"), !name.isEmpty else {
            throw StepError("parameters", "signal: with.name is missing")
        }
        guard TextFormat.eventName.accepts(name) else {
            throw parameters.wrong("name", TextFormat.eventName.summary)
        }
        let onLapse = try parameters.text("on-lapse") ?? "fail"
        guard ["fail", "continue"].contains(onLapse) else { throw parameters.wrong("on-lapse", "fail or continue") }
        let timeout = try parameters.duration("timeout")
        return .signal(
            SignalWait(name: name, lapses: timeout.map(now.advanced), failsOnLapse: onLapse == "fail"))
    }
}
