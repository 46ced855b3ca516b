public import DocumentTree

/// A parsed expression (the inside of `${{ … }}`), in GitHub Actions' expression language.
///
/// Parsing checks the syntax, the functions and their numbers of arguments; which names exist is checked against
/// ``references`` by whoever knows them.
///
/// Source: GitHub Actions documentation, "Evaluate expressions in workflows and actions"; where it is silent, the
/// behaviour of the public runner.
public struct Expression: Sendable {
    /// The expression as written.
    public let source: String
    let syntax: ExpressionSyntax
    /// Where the expression starts in the text that it was cut out of, in UTF-8 bytes.
    var offset = 0

    /// The longest expression, in UTF-8 bytes.
    public static let maximumLength = 21_000
    /// How deep operators, accesses and calls may be nested.
    public static let maximumDepth = 50

    /// Parses an expression.
    ///
    /// - Throws: ``ExpressionError`` with the place of the first fault.
    public static func parse(_ source: String) throws(ExpressionError) -> Expression {
        var parser = try ExpressionParser(source)
        return Expression(source: source, syntax: try parser.parse())
    }

    /// The value in `context`.
    ///
    /// - Throws: ``ExpressionError``, or what the context throws.
    public func evaluate(in context: some EvaluationContext) throws -> Value {
        var evaluator = ExpressionEvaluator(source: source, context: context)
        return try evaluator.evaluate(syntax).value
    }

    /// The value in `context` as a text, as it is put into a template.
    ///
    /// - Throws: As ``evaluate(in:)`` does.
    public func text(in context: some EvaluationContext) throws -> String {
        var evaluator = ExpressionEvaluator(source: source, context: context)
        return try evaluator.evaluate(syntax).text
    }

    /// Whether the expression, as a step's condition, holds: a condition that calls none of `success`, `failure`,
    /// `cancelled` and `always` holds only where `success()` does, too.
    ///
    /// - Throws: As ``evaluate(in:)`` does.
    public func holds(in context: some EvaluationContext) throws -> Bool {
        if !callsStatusFunction, !context.holds(.success) { return false }
        var evaluator = ExpressionEvaluator(source: source, context: context)
        return try evaluator.evaluate(syntax).isTruthy
    }
}
