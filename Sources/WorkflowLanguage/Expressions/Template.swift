public import DocumentTree

/// A text with expressions in it.
public struct Template: Sendable {
    /// The parts in order; no two texts next to each other, none empty.
    public var parts: [Part]

    /// A part of a template.
    public enum Part: Sendable {
        case text(String)
        case expression(Expression)
    }

    /// A template of these parts.
    public init(parts: [Part]) { self.parts = parts }

    /// Parses a text with `${{ … }}` in it.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - allowsBareBraces: Whether `{{ … }}` is an expression, too.
    /// - Throws: ``ExpressionError`` with the place in the text.
    public static func parse(_ text: String, allowsBareBraces: Bool = false) throws(ExpressionError) -> Template {
        var scanner = TemplateScanner(text, allowsBareBraces: allowsBareBraces)
        return Template(parts: try scanner.parts())
    }

    /// The expressions in order.
    public var expressions: [Expression] {
        parts.compactMap { if case .expression(let expression) = $0 { expression } else { nil } }
    }

    /// The text, where there is no expression in it.
    public var literal: String? {
        switch parts.first {
        case nil: ""
        case .text(let text) where parts.count == 1: text
        default: nil
        }
    }

    /// The value: a template that is one expression and nothing else keeps the type of the expression's value; any
    /// other is a string.
    ///
    /// - Throws: As ``Expression/evaluate(in:)`` does.
    public func evaluate(in context: some EvaluationContext) throws -> Value {
        if parts.count == 1, case .expression(let expression) = parts[0] { return try expression.evaluate(in: context) }
        return .string(try text(in: context))
    }

    /// The text, each expression replaced by its value's text.
    ///
    /// - Throws: As ``Expression/evaluate(in:)`` does.
    public func text(in context: some EvaluationContext) throws -> String {
        try parts.map { part in
            switch part {
            case .text(let text): text
            case .expression(let expression): try expression.text(in: context)
            }
        }.joined()
    }
}

/// A datum whose strings may hold expressions, as in `with:`.
public indirect enum TemplateValue: Sendable {
    case literal(Value)
    case template(Template)
    case sequence([TemplateValue])
    case mapping([(key: String, value: TemplateValue)])

    /// The value.
    ///
    /// - Throws: As ``Expression/evaluate(in:)`` does.
    public func evaluate(in context: some EvaluationContext) throws -> Value {
        switch self {
        case .literal(let value): value
        case .template(let template): try template.evaluate(in: context)
        case .sequence(let items): .sequence(try items.map { try $0.evaluate(in: context) })
        case .mapping(let entries):
            .mapping(ValueMapping(try entries.map { ($0.key, try $0.value.evaluate(in: context)) }))
        }
    }

    /// The expressions in order.
    public var expressions: [Expression] {
        switch self {
        case .literal: []
        case .template(let template): template.expressions
        case .sequence(let items): items.flatMap(\.expressions)
        case .mapping(let entries): entries.flatMap(\.value.expressions)
        }
    }
}
