import DocumentTree

/// The syntax tree of an expression. Offsets are in UTF-8 bytes of the source.
indirect enum ExpressionSyntax: Sendable {
    case literal(Literal)
    /// A context's name.
    case name(String, at: Int)
    case call(ExpressionFunction, [ExpressionSyntax], at: Int)
    case not(ExpressionSyntax)
    case comparison(Comparison, ExpressionSyntax, ExpressionSyntax)
    /// `&&` of two or more operands.
    case and([ExpressionSyntax])
    /// `||` of two or more operands.
    case or([ExpressionSyntax])
    /// `.name` (whose index is a literal) and `[index]`; `at` is where the index stands.
    case index(ExpressionSyntax, ExpressionSyntax, at: Int)
    /// `.*` and `[*]`.
    case filter(ExpressionSyntax)

    enum Literal: Sendable, Hashable {
        case null
        case bool(Bool)
        case number(Double)
        case string(String)
    }

    enum Comparison: String, Sendable {
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
    }

    /// The nodes directly below this one.
    var children: [ExpressionSyntax] {
        switch self {
        case .literal, .name: []
        case .call(_, let arguments, _): arguments
        case .not(let operand), .filter(let operand): [operand]
        case .comparison(_, let left, let right), .index(let left, let right, _): [left, right]
        case .and(let operands), .or(let operands): operands
        }
    }
}
