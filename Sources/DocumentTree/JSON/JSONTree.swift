/// Builds a tree of nodes with positions.
struct JSONTreeBuilder: JSONBuilder {
    private var starts: LineTable

    init(_ text: SourceText) { starts = LineTable(text) }

    private func range(_ bytes: Range<Int>) -> SourceRange {
        SourceRange(start: starts.position(of: bytes.lowerBound), end: starts.position(of: bytes.upperBound))
    }

    func scalar(_ value: Value, text: String, isQuoted: Bool, bytes: Range<Int>) -> Node {
        Node(
            .scalar(Scalar(text: text, style: isQuoted ? .doubleQuoted : .plain, value: value)), range: range(bytes))
    }

    func array(_ items: [Node], bytes: Range<Int>) -> Node { Node(.sequence(items), range: range(bytes), isFlow: true) }

    func entry(key: String, keyBytes: Range<Int>, value: Node) -> Node.Entry {
        Node.Entry(
            key: Node(
                .scalar(Scalar(text: key, style: .doubleQuoted, value: .string(key))), range: range(keyBytes)),
            value: value)
    }

    func object(_ entries: [Node.Entry], bytes: Range<Int>) -> Node {
        Node(.mapping(entries), range: range(bytes), isFlow: true)
    }
}

/// Builds a value.
struct JSONValueBuilder: JSONBuilder {
    func scalar(_ value: Value, text: String, isQuoted: Bool, bytes: Range<Int>) -> Value { value }

    func array(_ items: [Value], bytes: Range<Int>) -> Value { .sequence(items) }

    func entry(key: String, keyBytes: Range<Int>, value: Value) -> (String, Value) { (key, value) }

    func object(_ entries: [(String, Value)], bytes: Range<Int>) -> Value { .mapping(ValueMapping(entries)) }
}

extension JSONParser where Builder == JSONTreeBuilder {
    /// The tree of a text of JSON.
    static func tree(of text: SourceText, limits: ParseLimits) throws(DocumentError) -> Node {
        var parser = JSONParser(text, limits: limits, builder: JSONTreeBuilder(text))
        return try parser.parse()
    }
}

extension Value {
    /// Parses JSON (RFC 8259, strictly).
    ///
    /// - Parameters:
    ///   - bytes: UTF-8.
    ///   - name: What the text is called in errors.
    ///   - limits: What the text may cost.
    ///   - repeatedKey: What becomes of a key that is twice in an object.
    /// - Throws: ``DocumentError`` with the position of the first fault.
    public init(
        json bytes: [UInt8], name: String = "JSON", limits: ParseLimits = .standard, repeatedKey: RepeatedKey = .refused
    ) throws(DocumentError) {
        let text = try SourceText(checking: bytes, name: name, limits: limits)
        var parser = JSONParser(text, limits: limits, repeatedKey: repeatedKey, builder: JSONValueBuilder())
        self = try parser.parse()
    }

    /// Parses JSON as ``init(json:name:limits:repeatedKey:)`` does.
    public init(
        json text: String, name: String = "JSON", limits: ParseLimits = .standard, repeatedKey: RepeatedKey = .refused
    ) throws(DocumentError) {
        try self.init(json: Array(text.utf8), name: name, limits: limits, repeatedKey: repeatedKey)
    }
}
