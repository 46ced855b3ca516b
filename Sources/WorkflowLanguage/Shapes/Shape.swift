/// What a node of a document may be, apart from what other nodes say.
///
/// One table of shapes (``KeyTable``) drives the parser's checks, the JSON Schema and the documentation, so that they
/// can't disagree.
public indirect enum Shape: Sendable {
    /// Any scalar but null, taken as it is written: `true` as a command is the program `true`.
    case text
    /// Any scalar, taken as it is written; null is the empty text.
    case optionalText
    /// A string, number or boolean of a form, taken as it is written.
    case formatted(TextFormat)
    case boolean
    case integer(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    /// One of these words.
    case choice([String])
    /// A list; the items are different where `isUnique`.
    case list(of: Shape, atLeast: Int = 0, atMost: Int? = nil, isUnique: Bool = false)
    /// A mapping of known keys.
    case mapping(KeyTable)
    /// A mapping of keys that the author chooses.
    case dictionary(keys: TextFormat, values: Shape)
    /// Null, written as nothing.
    case nothing
    case anything
    /// A shape by the kind of the node: no two of these take the same kind of node.
    case either([Shape])
    /// The shape, or a text with an expression in it.
    case templated(Shape)
}

/// The kinds of nodes that a shape can tell apart.
struct NodeKinds: OptionSet {
    let rawValue: UInt8

    static let null = NodeKinds(rawValue: 1)
    static let scalar = NodeKinds(rawValue: 2)
    static let list = NodeKinds(rawValue: 4)
    static let mapping = NodeKinds(rawValue: 8)
}

extension Shape {
    /// The kinds of nodes that may have this shape.
    var kinds: NodeKinds {
        switch self {
        case .text, .formatted, .boolean, .integer, .number, .choice: .scalar
        case .optionalText: [.null, .scalar]
        case .list: .list
        case .mapping, .dictionary: .mapping
        case .nothing: .null
        case .anything: [.null, .scalar, .list, .mapping]
        case .either(let shapes): shapes.reduce(into: []) { $0.formUnion($1.kinds) }
        case .templated(let shape): shape.kinds.union(.scalar)
        }
    }

    /// What the shape is, for messages and documentation.
    public var summary: String {
        switch self {
        case .text, .optionalText: "a text"
        case .formatted(let format): format.summary
        case .boolean: "`true` or `false`"
        case .integer(let range):
            range.upperBound == .max
                ? "a whole number from \(range.lowerBound)"
                : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number(let range):
            range.upperBound.isFinite
                ? "a number from \(NumberText.write(range.lowerBound)) to \(NumberText.write(range.upperBound))"
                : range.lowerBound.isFinite ? "a number from \(NumberText.write(range.lowerBound))" : "a number"
        case .choice(let words):
            words.count == 1 ? "`\(words[0])`" : "one of " + words.map { "`\($0)`" }.joined(separator: ", ")
        case .list(let item, _, _, _):
            switch item {
            case .text: "a list of texts"
            case .formatted(let format): "a list of \(format.plural)"
            case .choice(let words): "a list of " + words.map { "`\($0)`" }.joined(separator: ", ")
            default: "a list"
            }
        case .mapping: "a mapping"
        case .dictionary(let keys, _): "a mapping from \(keys.plural)"
        case .nothing: "nothing"
        case .anything: "any value"
        case .either(let shapes): shapes.map(\.summary).joined(separator: ", or ")
        case .templated(let shape): shape.summary
        }
    }
}
