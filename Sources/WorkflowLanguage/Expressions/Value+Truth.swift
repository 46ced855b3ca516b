public import DocumentTree

extension Value {
    /// Whether the value counts as true in a condition: all do but false, 0, NaN, the empty text and null.
    ///
    /// Source: GitHub documentation, "Evaluate expressions in workflows and actions", operators.
    public var isTruthy: Bool { Operand(self).isTruthy }
}
