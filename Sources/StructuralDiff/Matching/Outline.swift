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

        /// Whether the node is a mapping.
        var isMapping: Bool { if case .mapping = node.content { true } else { false } }
        /// Whether the node is a scalar.
        var isScalar: Bool { if case .scalar = node.content { true } else { false } }
    }

    private(set) var elements: [Element] = []

    /// Whether an alias is a node of its own, equal to an alias of the same name.
    private let keepsAliases: Bool

    /// The outline of a tree.
    ///
    /// - Throws: ``DocumentError`` for an alias, unless `keepsAliases`.
    init(_ root: Node, name: String, keepsAliases: Bool = false) throws(DocumentError) {
        self.keepsAliases = keepsAliases
        // A guess: most texts spend more than a dozen bytes a node.
        elements.reserveCapacity(root.range.bytes.count / 12 + 1)
        try append(root, key: nil, keyRange: nil, parent: -1, index: 0, name: name)
    }

    subscript(element: Int) -> Element {
        _read { yield elements[element] }
    }

    /// Calls `body` with the elements of the items or values of a collection, in order, until it returns false.
    @inline(__always)
    func forEachChild(of element: Int, _ body: (Int) -> Bool) {
        let end = element + elements[element].size
        var child = element + 1
        while child < end, body(child) { child += elements[child].size }
    }

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
        _ node: Node, key: String?, keyRange: SourceRange?, parent: Int, index: Int, name: String
    ) throws(DocumentError) -> Int {
        let own = elements.count
        elements.append(
            Element(
                node: node, keyRange: keyRange, key: key, fingerprint: 0, size: 1, parent: parent, index: index))
        let fingerprint: Int
        switch node.content {
        case .scalar(let scalar):
            fingerprint = Fingerprint.of(scalar.value)
        case .sequence(let items):
            var hasher = Hasher()
            hasher.combine(1)
            for index in items.indices {
                hasher.combine(
                    try append(items[index], key: nil, keyRange: nil, parent: own, index: index, name: name))
            }
            fingerprint = hasher.finalize()
        case .mapping(let entries):
            // A sum, so that the order of keys doesn't matter.
            var sum = 0
            for index in entries.indices {
                let key = try entries[index].keyText(keys: .any, name: name)
                let value = try append(
                    entries[index].value, key: key, keyRange: entries[index].key.range, parent: own, index: index,
                    name: name)
                sum &+= Fingerprint.of(key: key, value: value)
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
