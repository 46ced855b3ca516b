/// What belongs together in two outlines: a node of the old one, a node of the new one, and what became of what is inside.
struct Pairing: Sendable {
    /// What became of a pair.
    indirect enum Content: Sendable {
        /// Both mean the same.
        case equal
        /// One stands in the place of the other: scalars, or different kinds of node.
        case replaced
        case mapping(MappingPairing)
        case sequence(SequencePairing)
    }

    var old: Int
    var new: Int
    var content: Content
}

/// The entries of two mappings, as elements of their values.
struct MappingPairing: Sendable {
    /// Entries of the same key whose values differ.
    var changed: [Pairing] = []
    /// Entries whose key changed; their values are equal or alike.
    var renamed: [Pairing] = []
    /// Entries that only the old mapping has.
    var removed: [Int] = []
    /// Entries that only the new mapping has.
    var added: [Int] = []
}

/// The items of two sequences, as elements.
struct SequencePairing: Sendable {
    /// Two items that are the same thing.
    struct Match: Sendable {
        var pairing: Pairing
        /// Whether the item has to move: the others keep their order without it.
        var isMoved = false
    }

    /// The key that names the items.
    var identityKey: String?
    /// In the order of the new sequence.
    var matches: [Match] = []
    var removed: [Int] = []
    var added: [Int] = []
}
