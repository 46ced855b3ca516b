public import DocumentTree

/// A name that an expression uses: a context and what is accessed in it, as far as that is written out.
public struct ExpressionReference: Hashable, Sendable {
    /// The context as written (`steps`).
    public var context: String
    /// The properties behind it that are written out, by `.name` or `['name']`, up to the first that is computed or `*`.
    public var path: [String]
    /// Where the context's name stands in the expression, in UTF-8 bytes.
    public var offset: Int
    /// Where each of ``path`` stands.
    public var pathOffsets: [Int]
    /// Whether more follows that can only be known in a run (`[…]` or `.*`).
    public var hasComputedRest: Bool
}

extension Expression {
    /// The names that the expression uses, in written order.
    public var references: [ExpressionReference] {
        var references: [ExpressionReference] = []
        Self.collect(syntax, into: &references)
        return references
    }

    /// Whether the expression calls `success`, `failure`, `cancelled` or `always`.
    public var callsStatusFunction: Bool { Self.callsStatusFunction(syntax) }

    /// The place in the expression of a UTF-8 offset (as in ``ExpressionReference``).
    public func position(of offset: Int) -> SourcePosition { SourcePosition(offset: offset, in: source) }

    private static func callsStatusFunction(_ syntax: ExpressionSyntax) -> Bool {
        if case .call(let function, _, _) = syntax, function.status != nil { return true }
        return syntax.children.contains(where: callsStatusFunction)
    }

    private static func collect(_ syntax: ExpressionSyntax, into references: inout [ExpressionReference]) {
        if let reference = chain(syntax) {
            references.append(reference)
            collectIndices(syntax, into: &references)
        } else {
            for child in syntax.children { collect(child, into: &references) }
        }
    }

    /// The accesses to one context, where the node is nothing else.
    private static func chain(_ syntax: ExpressionSyntax) -> ExpressionReference? {
        switch syntax {
        case .name(let name, let offset):
            return ExpressionReference(context: name, path: [], offset: offset, pathOffsets: [], hasComputedRest: false)
        case .index(let operand, let index, let offset):
            guard var reference = chain(operand) else { return nil }
            if !reference.hasComputedRest, case .literal(.string(let property)) = index {
                reference.path.append(property)
                reference.pathOffsets.append(offset)
            } else {
                reference.hasComputedRest = true
            }
            return reference
        case .filter(let operand):
            guard var reference = chain(operand) else { return nil }
            reference.hasComputedRest = true
            return reference
        default:
            return nil
        }
    }

    /// The names within the computed indices of a chain.
    private static func collectIndices(_ syntax: ExpressionSyntax, into references: inout [ExpressionReference]) {
        switch syntax {
        case .index(let operand, let index, _):
            collectIndices(operand, into: &references)
            collect(index, into: &references)
        case .filter(let operand):
            collectIndices(operand, into: &references)
        default:
            break
        }
    }
}
