internal import DocumentTree
internal import StructuralDiff

/// Which steps of two states are the same, and which of them mean the same.
///
/// A step that only has another name means the same, and so does one that only refers to it by that name.
struct StateComparison {
    private let older: DefinitionState
    private let newer: DefinitionState
    /// The place in the older state of each step of the newer one; nil where it was not there.
    let olderPlaces: [Int?]
    /// The new ids of renamed steps by their old ones.
    private let names: [String: String]

    init(older: DefinitionState, newer: DefinitionState) {
        self.older = older
        self.newer = newer
        let places = Self.places(older, newer)
        olderPlaces = places
        var names: [String: String] = [:]
        for (step, place) in zip(newer.steps, places) {
            if let place, older.steps[place].id != step.id { names[older.steps[place].id] = step.id }
        }
        self.names = names
    }

    /// Whether the step at a place of the newer state means what it meant in the older one.
    func isSame(step place: Int) -> Bool {
        guard let olderPlace = olderPlaces[place] else { return false }
        let (old, new) = (older.steps[olderPlace], newer.steps[place])
        guard !names.isEmpty else { return old.needs == new.needs && old.content == new.content }
        return Set(old.needs.map { names[$0] ?? $0 }) == new.needs && renamed(old.content) == new.content
    }

    /// Whether a field means the same in both.
    func isSame(field name: String) -> Bool {
        let old = older.fields.first { $0.name == name }
        let new = newer.fields.first { $0.name == name }
        guard let old, let new else { return old == nil && new == nil }
        return old.value == new.value || renamed(old.value) == new.value
    }

    /// A value as it reads where steps have their new names.
    private func renamed(_ value: Value) -> Value {
        switch value {
        case .string(let text): .string(ReferenceRule.standard.rewrite(text, names))
        case .sequence(let items): .sequence(items.map(renamed))
        case .mapping(let mapping):
            .mapping(ValueMapping(mapping.entries.lazy.map { ($0.key, renamed($0.value)) }))
        default: value
        }
    }

    /// Steps with equal ids are the same; only where ids came and went, or are none, are contents compared.
    private static func places(_ older: DefinitionState, _ newer: DefinitionState) -> [Int?] {
        let byID = Dictionary(
            older.steps.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
        let places = newer.steps.map { byID[$0.id] }
        let isNamed = (older.steps + newer.steps).allSatisfy(\.hasWrittenID)
        let known = places.count { $0 != nil }
        let isSettled = isNamed && (known == newer.steps.count || known == older.steps.count)
        let isUnchanged =
            older.steps.map(\.id) == newer.steps.map(\.id)
            && zip(older.steps, newer.steps).allSatisfy { $0.content == $1.content }
        // States that can't be compared are told apart by the ids alone.
        guard !isSettled, !isUnchanged,
            let comparison = try? Comparison(old: older.document, new: newer.document)
        else { return places }
        var found = [Int?](repeating: nil, count: newer.steps.count)
        for pair in comparison.items(below: "steps") where pair.new < found.count && pair.old < older.steps.count {
            found[pair.new] = pair.old
        }
        return found
    }
}
