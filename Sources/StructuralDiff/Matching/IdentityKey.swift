import DocumentTree

/// Finds the key that names the items of a list: `id`, `name` or whatever else tells them apart.
struct IdentityKey {
    /// Keys that name things by custom, best first.
    private static let customary = ["id", "name", "key", "uuid", "slug", "title"]
    /// How many keys of an item are looked at.
    private static let candidateCount = 16

    private let old: Outline
    private let new: Outline

    init(old: Outline, new: Outline) {
        self.old = old
        self.new = new
    }

    /// The key that names the items `left` of the old and `right` of the new list; nil where there is none.
    ///
    /// A customary key must be there, with values that occur once, in at least half of the items on each side. Any
    /// other must be in all of them, and half of its values must be on both sides: then it is the same thing that
    /// it names.
    func find(_ left: [Int], _ right: [Int]) -> String? {
        guard !left.isEmpty, !right.isEmpty else { return nil }
        for key in Self.customary {
            guard let names = allNames(key, left, in: old), let others = allNames(key, right, in: new) else { continue }
            if names.count * 2 >= left.count, others.count * 2 >= right.count { return key }
        }
        var best: (key: String, shared: Int)?
        for key in candidates(left) where !Self.customary.contains(key) {
            guard let names = allNames(key, left, in: old), names.count == left.count,
                let others = allNames(key, right, in: new),
                others.count == right.count
            else { continue }
            let shared = names.intersection(others).count
            if shared * 2 >= min(left.count, right.count), shared > best?.shared ?? 0 { best = (key, shared) }
        }
        return best?.key
    }

    /// The value of `key` in the item at `element`, as text; nil where it is no name.
    static func name(_ key: String, of element: Int, in outline: Outline) -> String? {
        guard outline[element].isMapping else { return nil }
        var name: String?
        outline.forEachChild(of: element) { child in
            guard outline[child].key == key else { return true }
            name = text(outline[child].node)
            return false
        }
        return name
    }

    private static func text(_ node: Node) -> String? {
        guard let scalar = node.scalar else { return nil }
        switch scalar.value {
        case .string(let string): return string.isEmpty ? nil : string
        case .integer, .bigInteger: return scalar.text
        default: return nil
        }
    }

    private func candidates(_ items: [Int]) -> [String] {
        guard let first = items.first else { return [] }
        return old.children(of: first).prefix(Self.candidateCount).compactMap { old[$0].key }
    }

    /// The names that `key` gives to `items`; nil where one occurs twice, or is no scalar.
    private func allNames(_ key: String, _ items: [Int], in outline: Outline) -> Set<ExactString>? {
        var names: Set<ExactString> = []
        for item in items {
            guard outline[item].isMapping else { continue }
            var isName = true
            outline.forEachChild(of: item) { child in
                guard outline[child].key == key else { return true }
                isName = Self.text(outline[child].node).map { names.insert(ExactString($0)).inserted } ?? false
                return false
            }
            if !isName { return nil }
        }
        return names
    }
}
