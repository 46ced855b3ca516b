import DocumentTree

/// Two operands brought to one type, as the comparisons do first.
private enum Pair {
    case nulls
    case numbers(Double, Double)
    case wholes(Value, Value)
    case strings(String, String)
    case bools(Bool, Bool)
    case collections(Operand.OperandCollection, Operand.OperandCollection)
    case different

    /// A number and a string are compared as numbers, and null and booleans with anything else as numbers.
    init(_ left: Operand, _ right: Operand) {
        switch (left, right) {
        case (.null, .null): self = .nulls
        case (.bool(let a), .bool(let b)): self = .bools(a, b)
        case (.whole(let a), .whole(let b)): self = .wholes(a, b)
        case (.string(let a), .string(let b)): self = .strings(a, b)
        case (.collection(let a), .collection(let b)): self = .collections(a, b)
        case (.collection, _), (_, .collection): self = .different
        default: self = .numbers(left.number, right.number)
        }
    }
}

extension Operand {
    /// `==`: strings without regard to case, NaN equal to nothing, collections only where they are the same one.
    static func equals(_ left: Operand, _ right: Operand) -> Bool {
        switch Pair(left, right) {
        case .nulls: true
        case .numbers(let a, let b): a == b
        case .wholes(let a, let b): a == b
        case .strings(let a, let b): a.utf8.elementsEqual(b.utf8) || OrdinalText(a) == OrdinalText(b)
        case .bools(let a, let b): a == b
        case .collections(let a, let b): a === b
        case .different: false
        }
    }

    /// `<`.
    static func precedes(_ left: Operand, _ right: Operand) -> Bool {
        switch Pair(left, right) {
        case .numbers(let a, let b): a < b
        case .wholes: left.number < right.number
        case .strings(let a, let b): OrdinalText(a) < OrdinalText(b)
        case .bools(let a, let b): !a && b
        case .nulls, .collections, .different: false
        }
    }

    static func compare(_ comparison: ExpressionSyntax.Comparison, _ left: Operand, _ right: Operand) -> Bool {
        switch comparison {
        case .equal: equals(left, right)
        case .notEqual: !equals(left, right)
        case .less: precedes(left, right)
        case .lessOrEqual: equals(left, right) || precedes(left, right)
        case .greater: precedes(right, left)
        case .greaterOrEqual: equals(left, right) || precedes(right, left)
        }
    }
}
