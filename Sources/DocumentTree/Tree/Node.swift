/// A node of a parsed document: what it means, how it was written, and where it stands.
public struct Node: Sendable {
    /// What a node is.
    public indirect enum Content: Sendable {
        case scalar(Scalar)
        case sequence([Node])
        case mapping([Entry])
        /// A reference (`*name`) to the node that carries the anchor of that name.
        case alias(String)
    }

    /// A key of a mapping and its value, in written order.
    public struct Entry: Sendable {
        /// The key; in a workflow always a scalar.
        public var key: Node
        /// The value; an empty scalar (null) of empty range where nothing was written.
        public var value: Node

        /// An entry of a mapping.
        public init(key: Node, value: Node) {
            self.key = key
            self.value = value
        }
    }

    /// What the node is.
    public var content: Content
    /// Where the node stands, from its first character (behind `- ` or `key: `, at its anchor or tag if it has one) to
    /// behind its last; trailing white space, line breaks and comments are not part of it. A block scalar ends behind
    /// its last line's text.
    public var range: SourceRange
    /// Whether a collection is written in flow style (`[…]`, `{…}`).
    public var isFlow: Bool
    /// Nil for nearly every node, which so stays small.
    private var properties: Properties?

    private final class Properties: Sendable {
        let anchor: String?
        let tag: String?

        init?(anchor: String?, tag: String?) {
            if anchor == nil, tag == nil { return nil }
            self.anchor = anchor
            self.tag = tag
        }
    }

    /// The anchor's name, without `&`.
    public var anchor: String? {
        get { properties?.anchor }
        set { properties = Properties(anchor: newValue, tag: tag) }
    }

    /// The tag as written (`!!str`, `!custom`), where one was written.
    public var tag: String? {
        get { properties?.tag }
        set { properties = Properties(anchor: anchor, tag: newValue) }
    }

    /// A node at `range`.
    public init(_ content: Content, range: SourceRange, anchor: String? = nil, tag: String? = nil, isFlow: Bool = false)
    {
        self.content = content
        self.range = range
        self.isFlow = isFlow
        properties = Properties(anchor: anchor, tag: tag)
    }
}

/// A scalar: its text, how it was written, and its datum by the YAML 1.2 core schema.
public struct Scalar: Sendable {
    /// How a scalar was written.
    public enum Style: Sendable, Hashable {
        case plain, singleQuoted, doubleQuoted, literal, folded
    }

    /// The text behind quotes, escapes and folding.
    public var text: String
    /// How the text was written.
    public var style: Style
    /// The datum: what the core schema makes of a plain scalar (or of an explicit `!!int` …); a string otherwise.
    public var value: Value

    /// A scalar.
    public init(text: String, style: Style, value: Value) {
        self.text = text
        self.style = style
        self.value = value
    }
}

extension Node {
    /// The scalar, where this is one.
    public var scalar: Scalar? {
        guard case .scalar(let scalar) = content else { return nil }
        return scalar
    }

    /// The items, where this is a sequence.
    public var items: [Node]? {
        guard case .sequence(let items) = content else { return nil }
        return items
    }

    /// The entries, where this is a mapping.
    public var entries: [Entry]? {
        guard case .mapping(let entries) = content else { return nil }
        return entries
    }

    /// The value of the first entry whose key is the scalar `key`, where this is a mapping that has one.
    public subscript(key: String) -> Node? {
        entries?.first { $0.key.scalar?.text == key }?.value
    }
}
