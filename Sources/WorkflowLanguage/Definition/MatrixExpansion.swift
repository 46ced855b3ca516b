import DocumentTree

/// The combinations of a matrix, with its `include` and `exclude`.
///
/// Source: GitHub documentation, "Running variations of jobs in a workflow", expanding and excluding matrix
/// configurations.
struct MatrixExpansion {
    private var axes: [(name: String, values: [Value])] = []
    private var included: [ValueMapping] = []
    private var excluded: [ValueMapping] = []

    /// Reads `matrix:` once its expressions were evaluated.
    init(_ matrix: ValueMapping) throws(FanOutError) {
        for (name, value) in matrix.entries {
            guard let values = value.items else { throw FanOutError(message: "`matrix.\(name)` is no list") }
            switch name {
            case "include": included = try Self.mappings(values, name)
            case "exclude": excluded = try Self.mappings(values, name)
            default: axes.append((name, values))
            }
        }
    }

    /// All combinations, the last axis changing fastest.
    func combinations() throws(FanOutError) -> [ValueMapping] {
        var product: [ValueMapping] = axes.isEmpty ? [] : [ValueMapping()]
        for (name, values) in axes {
            guard product.count * values.count <= 16 * FanOut.maximumItems else {
                throw FanOutError(message: "`matrix` has more than \(FanOut.maximumItems) combinations")
            }
            product = product.flatMap { combination in
                values.map { value in
                    var next = combination
                    next[name] = value
                    return next
                }
            }
        }
        let kept = product.filter { combination in !excluded.contains { Self.matches($0, combination) } }
        return including(kept)
    }

    /// An entry of `include` adds its keys to each combination whose own values it does not change; where there is none, it
    /// is a combination of its own.
    private func including(_ originals: [ValueMapping]) -> [ValueMapping] {
        var combinations = originals
        var added: [ValueMapping] = []
        for entry in included {
            var isPlaced = false
            for (index, original) in originals.enumerated()
            where entry.entries.allSatisfy({ original[$0.key].map { [value = $0.value] in $0 == value } ?? true }) {
                for (key, value) in entry.entries { combinations[index][key] = value }
                isPlaced = true
            }
            if !isPlaced { added.append(entry) }
        }
        return combinations + added
    }

    private static func matches(_ entry: ValueMapping, _ combination: ValueMapping) -> Bool {
        !entry.isEmpty && entry.entries.allSatisfy { combination[$0.key] == $0.value }
    }

    private static func mappings(_ values: [Value], _ name: String) throws(FanOutError) -> [ValueMapping] {
        var mappings: [ValueMapping] = []
        for value in values {
            guard let mapping = value.mapping else {
                throw FanOutError(message: "an item of `matrix.\(name)` is no mapping")
            }
            mappings.append(mapping)
        }
        return mappings
    }
}
