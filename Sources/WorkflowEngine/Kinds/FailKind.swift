public import DocumentTree
public import WorkflowLanguage

/// `uses: fail`: fails the step with `message`.
public struct FailKind: StepKind {
    /// A kind named `fail`.
    public init() {}

    /// `fail`.
    public var name: KindName { KindName("fail") }

    /// Fails.
    public func run(_ call: StepCall) async throws -> ValueMapping {
        throw StepError("fail", call.parameters["message"]?.string ?? "the workflow says that this is a failure")
    }
}
