/// A token of an expression.
struct ExpressionToken: Hashable {
    enum Kind: Hashable {
        case literal(ExpressionSyntax.Literal)
        /// A keyword: a context, a function or a property.
        case word(String)
        /// `( ) [ ] , . *` or an operator.
        case symbol(String)
        /// Behind the last token.
        case end
    }

    var kind: Kind
    /// Where it starts, in UTF-8 bytes.
    var offset: Int
}
