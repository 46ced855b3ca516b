public import DocumentTree

/// A step's call of another workflow (`uses: workflow`), or its use of an own kind (`uses: ./kinds/NAME`).
public struct WorkflowCall: Sendable {
    /// The workflow that is called.
    public var workflow: WorkflowName
    /// The inputs that it is given.
    public var inputs: [(name: String, value: TemplateValue, position: SourcePosition)]
    /// Where its name stands.
    public var position: SourcePosition
}
