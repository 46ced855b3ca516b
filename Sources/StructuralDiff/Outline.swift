import DocumentTree

/// A tree of nodes laid out in one array, in the order of the text, with what a comparison asks for most: what a subtree
/// means in one number, how large it is, where it hangs.
struct Outline: Sendable {
    /// A node of the tree.
    struct Element: Sendable {
        var node: Node
        /// Where the key in front of the node starts, where the node is a mapping's value.
        var keyRange: SourceRange?
        /// The key, where the node is a mapping's value.
        var key: String?
        /// Equal for subtrees of equal meaning, whatever the order of keys and the spelling of scalars; different for
        /// different ones but for an accident of 64 bits under a seed that differs in each process.
        var fingerprint: Int
        /// The number of nodes in the subtree, itself included.
        var size: Int
        /// The element of the collection that holds the node; -1 at the root.
        var parent: Int
        /// The node's place in that collection.
        var index: Int
    }

    private(set) var elements: [Element] = []

    /// Whether an alias is a node of its own, equal to an alias of the same name.
    private let keepsAliases: Bool

    /// The outline of a tree.
    ///
    /// - Throws: ``DocumentError`` for an alias, unless `keepsAliases`.
    init(_ root: Node, name: String, keepsAliases: Bool = false) throws(DocumentError) {
        self.keepsAliases = keepsAliases
        try append(root, entry: nil, parent: -1, index: 0, name: name)
    }

    subscript(element: Int) -> Element { elements[element] }

    /// The elements of the items or values of a collection, in order.
    func children(of element: Int) -> [Int] {
        var children: [Int] = []
        let end = element + elements[element].size
        var child = element + 1
        while child < end {
            children.append(child)
            child += elements[child].size
        }
        return children
    }

    /// What the subtree means.
    func value(of element: Int) -> Value {
        let node = elements[element].node
        switch node.content {
        case .scalar(let scalar): return scalar.value
        case .sequence: return .sequence(children(of: element).map(value(of:)))
        case .mapping:
            return .mapping(
                ValueMapping(children(of: element).lazy.map { (elements[$0].key ?? "", value(of: $0)) }))
        case .alias(let alias): return .string("*" + alias)
        }
    }

    @discardableResult
    private mutating func append(
        _ node: Node, entry: Node.Entry?, parent: Int, index: Int, name: String
    ) throws(DocumentError) -> Int {
        let own = elements.count
        let key: String? =
            if let entry { try entry.keyText(keys: .any, name: name) } else { nil }
        elements.append(
            Element(
                node: node, keyRange: entry?.key.range, key: key, fingerprint: 0, size: 1, parent: parent,
                index: index))
        let fingerprint: Int
        switch node.content {
        case .scalar(let scalar):
            fingerprint = Fingerprint.of(scalar.value)
        case .sequence(let items):
            var hasher = Hasher()
            hasher.combine(1)
            for (index, item) in items.enumerated() {
                hasher.combine(try append(item, entry: nil, parent: own, index: index, name: name))
            }
            fingerprint = hasher.finalize()
        case .mapping(let entries):
            // A sum, so that the order of keys doesn't matter.
            var sum = 0
            for (index, entry) in entries.enumerated() {
                let child = elements.count
                let value = try append(entry.value, entry: entry, parent: own, index: index, name: name)
                sum &+= Fingerprint.of(key: elements[child].key ?? "", value: value)
            }
            fingerprint = Fingerprint.of(mapping: sum)
        case .alias(let alias) where keepsAliases:
            var hasher = Hasher()
            hasher.combine(UInt8(5))
            hasher.combine(alias)
            fingerprint = hasher.finalize()
        case .alias(let alias):
            throw DocumentError(
                .alias, name: name, position: node.range.start, message: "the alias `*\(alias)` is not replaced")
        }
        elements[own].fingerprint = fingerprint
        elements[own].size = elements.count - own
        return fingerprint
    }
}

/// What a datum means, in one number.
enum Fingerprint {
    static func of(_ value: Value) -> Int {
        var hasher = Hasher()
        if case .string(let string) = value {
            hasher.combine(2)
            combine(string, into: &hasher)
        } else {
            hasher.combine(3)
            hasher.combine(value)
        }
        return hasher.finalize()
    }

    static func of(key: String, value: Int) -> Int {
        var hasher = Hasher()
        combine(key, into: &hasher)
        hasher.combine(value)
        return hasher.finalize()
    }

    static func of(mapping sum: Int) -> Int {
        var hasher = Hasher()
        hasher.combine(4)
        hasher.combine(sum)
        return hasher.finalize()
    }

    /// The bytes, not Swift's own hash of a string: that takes canonically equivalent strings for the same.
    private static func combine(_ string: String, into hasher: inout Hasher) {
        var string = string
        string.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(0xFF as UInt8)
    }
}
