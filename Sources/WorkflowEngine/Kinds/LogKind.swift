public import DocumentTree
public import WorkflowLanguage

/// `uses: log`: writes `message` to the step's log, and hands it on as the output `message`.
public struct LogKind: StepKind {
    /// A kind named `log`.
    public init() {}

    /// `log`.
    public var name: KindName { KindName("log") }

    /// Writes the message.
    public func run(_ call: StepCall) async throws -> ValueMapping {
        guard let message = call.parameters["message"] else {
            throw StepError("parameters", "log: with.message is missing")
        }
        let text = try message.string ?? message.json()
        call.print(text.hasSuffix("\n") ? text : text + "\n")
        return ["message": message]
    }
}
