public import DocumentTree

/// A text with expressions in it.
public struct Template: Sendable {
    /// The parts in order.
    public var parts: [Part]

    /// A part of a template.
    public enum Part: Sendable {
        case text(String)
        case expression(Expression)
    }
}

/// A datum whose strings may hold expressions, as in `with:`.
public indirect enum TemplateValue: Sendable {
    case literal(Value)
    case template(Template)
    case sequence([TemplateValue])
    case mapping([(key: String, value: TemplateValue)])
}
