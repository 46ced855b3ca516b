public import DocumentTree
public import WorkflowLanguage

/// `uses: fail`: fails the step with `message`, as an error of the class `class`.
public struct FailKind: StepKind {
    /// A kind named `fail`.
    public init() {}

    /// `fail`.
    public var name: KindName { KindName("fail") }

    /// Fails.
    public func run(_ call: StepCall) async throws -> ValueMapping {
        let parameters = Parameters(call.parameters)
        let kind = try parameters.text("class") ?? "fail"
        let message = try parameters.text("message") ?? ""
        throw StepError(kind, message.isEmpty ? "the workflow says that this is a failure" : message)
    }
}
