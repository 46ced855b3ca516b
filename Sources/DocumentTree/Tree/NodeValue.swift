/// What a mapping's key may be where a node becomes a value.
public enum KeyPolicy: Sendable {
    /// Scalars only: anything else is an error.
    case scalars
    /// Any node: one that isn't a scalar becomes the text of its canonical JSON.
    case any
}

extension Document {
    /// What the document means, its aliases replaced; null for an empty document.
    ///
    /// - Throws: As ``expanded(maximumNodes:)`` and ``Node/value(keys:name:)`` do.
    public func value(keys: KeyPolicy = .scalars, maximumNodes: Int = 2_000_000) throws(DocumentError) -> Value {
        guard let root = try expanded(maximumNodes: maximumNodes) else { return .null }
        return try root.value(keys: keys, name: name)
    }
}

extension Node {
    /// What the node means. A key is the text of its scalar, however it is written: `1` and `"1"` are one key.
    ///
    /// - Parameters:
    ///   - keys: What keys may be.
    ///   - name: The document's name, for errors.
    /// - Throws: ``DocumentError`` for a key that isn't allowed, and for an alias (see ``Document/expanded(maximumNodes:)``).
    public func value(keys: KeyPolicy = .scalars, name: String = "document") throws(DocumentError) -> Value {
        switch content {
        case .scalar(let scalar):
            return scalar.value
        case .sequence(let items):
            var values: [Value] = []
            values.reserveCapacity(items.count)
            for item in items { values.append(try item.value(keys: keys, name: name)) }
            return .sequence(values)
        case .mapping(let entries):
            var mapping = ValueMapping()
            mapping.reserveCapacity(entries.count)
            for entry in entries {
                mapping[try entry.keyText(keys: keys, name: name)] = try entry.value.value(keys: keys, name: name)
            }
            return .mapping(mapping)
        case .alias(let alias):
            throw DocumentError(
                .alias, name: name, position: range.start, message: "the alias `*\(alias)` is not replaced")
        }
    }
}

extension Node.Entry {
    /// The key as a value's mapping has it.
    ///
    /// - Throws: ``DocumentError`` for a key that `keys` doesn't allow.
    public func keyText(keys: KeyPolicy = .scalars, name: String = "document") throws(DocumentError) -> String {
        if let scalar = key.scalar { return scalar.text }
        if case .any = keys { return try key.value(keys: keys, name: name).canonicalText }
        throw DocumentError(
            .unsupported, name: name, position: key.range.start,
            message: "a key must be a text, not a list or a mapping",
            hint: "if this is a `{{ … }}` placeholder, put it into quotes")
    }
}
