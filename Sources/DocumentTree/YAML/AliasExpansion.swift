extension Document {
    /// The document's tree with each alias replaced by the node that it stands for; nil for an empty document.
    ///
    /// The node in the place of an alias has the alias' range, and no anchor; what is inside of it keeps its ranges,
    /// which are those of the anchored node.
    ///
    /// - Parameter maximumNodes: How many nodes the whole tree may have. A short text of aliases to aliases stands for
    ///   a tree of any size, so what comes from strangers needs a bound.
    /// - Throws: ``DocumentError`` for an alias inside of its own anchor, and for a tree of too many nodes, at the
    ///   alias in question.
    public func expanded(maximumNodes: Int = 2_000_000) throws(DocumentError) -> Node? {
        guard let root, hasAliases else { return root }
        var expansion = AliasExpansion(name: name, maximumNodes: maximumNodes)
        return try expansion.expand(root)
    }
}

/// Replaces aliases in the order of the text, so that a name stands for its latest anchor.
private struct AliasExpansion {
    let name: String
    let maximumNodes: Int
    /// The anchors that were met; nil while their own node isn't finished.
    private var anchors: [String: (node: Node, count: Int)?] = [:]
    private var count = 0

    init(name: String, maximumNodes: Int) {
        self.name = name
        self.maximumNodes = maximumNodes
    }

    mutating func expand(_ node: Node) throws(DocumentError) -> Node {
        if case .alias(let alias) = node.content { return try target(of: alias, at: node.range) }
        if let anchor = node.anchor { anchors[anchor] = .some(nil) }
        let before = count
        try add(1, at: node.range.start)
        var result = node
        switch node.content {
        case .sequence(let items):
            var expanded: [Node] = []
            expanded.reserveCapacity(items.count)
            for item in items { expanded.append(try expand(item)) }
            result.content = .sequence(expanded)
        case .mapping(let entries):
            var expanded: [Node.Entry] = []
            expanded.reserveCapacity(entries.count)
            for entry in entries {
                let key = try expand(entry.key)
                expanded.append(Node.Entry(key: key, value: try expand(entry.value)))
            }
            result.content = .mapping(expanded)
        case .scalar, .alias:
            break
        }
        if let anchor = node.anchor { anchors[anchor] = (result, count - before) }
        return result
    }

    private mutating func target(of alias: String, at range: SourceRange) throws(DocumentError) -> Node {
        guard let anchored = anchors[alias], let (node, size) = anchored else {
            throw DocumentError(
                .alias, name: name, position: range.start,
                message: "the alias `*\(alias)` stands inside of the node that it stands for")
        }
        try add(size, at: range.start)
        var result = node
        result.range = range
        result.anchor = nil
        return result
    }

    private mutating func add(_ nodes: Int, at position: SourcePosition) throws(DocumentError) {
        count += nodes
        if count > maximumNodes {
            throw DocumentError(
                .limit, name: name, position: position,
                message: "with its aliases replaced, the document has more than \(maximumNodes) nodes")
        }
    }
}
