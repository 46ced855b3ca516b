import DocumentTree

extension Comparison {
    /// Two items of a sequence that are the same thing, by their places from 0 in the old and in the new document.
    public struct ItemPair: Hashable, Sendable {
        /// The place in the old document.
        public let old: Int
        /// The place in the new document.
        public let new: Int
    }

    /// The items of the sequence below a top-level key that both documents have, in the order of the new one: whether they
    /// are the same, changed, moved or renamed.
    public func items(below key: String) -> [ItemPair] {
        guard let from = child(key, of: old), let to = child(key, of: new) else { return [] }
        var content = Pairing.Content.equal
        if case .replaced = pairing.content { return [] }
        if case .mapping(let mapping) = pairing.content,
            let changed = mapping.changed.first(where: { $0.old == from && $0.new == to })
        {
            content = changed.content
        }
        switch content {
        case .equal: return old.children(of: from).indices.map { ItemPair(old: $0, new: $0) }
        case .sequence(let sequence):
            return sequence.matches.map {
                ItemPair(old: old[$0.pairing.old].index, new: new[$0.pairing.new].index)
            }
        case .replaced, .mapping: return []
        }
    }

    /// The element of the value of a top-level key.
    private func child(_ key: String, of outline: Outline) -> Int? {
        guard outline[0].node.entries != nil else { return nil }
        return outline.children(of: 0).first { outline[$0].key == key }
    }
}
