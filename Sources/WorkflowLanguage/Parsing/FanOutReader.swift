import DocumentTree

/// Reads `foreach`, `matrix` and what goes with them.
struct FanOutReader {
    /// What the items of a step are called in its expressions.
    enum Names {
        case none
        /// `item`.
        case item
        /// `matrix`, with these members; nil where only the run tells them.
        case matrix([String]?)
    }

    func fanOut(_ node: Node, number: Int, _ reader: inout NodeReader) -> FanOut? {
        let place = ExpressionUse.Place.items(number)
        if node["foreach"] == nil, node["matrix"] == nil {
            for key in ["max-parallel", "fail-fast"] {
                guard let found = node[key] else { continue }
                reader.report(.rule, at: found, "`\(key)` makes sense only beside `foreach` or `matrix`")
            }
        } else if reader.text(node["uses"]) == ChoiceReader.kind {
            reader.report(.rule, at: node, "a step of the kind `\(ChoiceReader.kind)` can't have items")
        }
        let source: FanOut.Source
        if let list = node["foreach"] {
            source = .list(reader.templateValue(list, place: place))
            if let items = list.items, items.count > FanOut.maximumItems { reportTooMany(at: list, &reader) }
        } else if let matrix = node["matrix"] {
            source = .matrix(reader.templateValue(matrix, place: place))
            checkLiteral(matrix, &reader)
        } else {
            return nil
        }
        return FanOut(
            source: source, maxParallel: reader.integer(node["max-parallel"]),
            failFast: reader.bool(node["fail-fast"], default: true))
    }

    static func names(_ node: Node) -> Names {
        if node["foreach"] != nil { return .item }
        guard let matrix = node["matrix"] else { return .none }
        guard let entries = matrix.entries,
            entries.allSatisfy({ $0.key.scalar?.text != "include" || isPlain($0.value) })
        else { return .matrix(nil) }
        return .matrix(
            entries.flatMap { entry -> [String] in
                switch entry.key.scalar?.text {
                case "include":
                    (entry.value.items ?? []).flatMap { ($0.entries ?? []).compactMap { $0.key.scalar?.text } }
                case "exclude", nil: []
                case let name?: [name]
                }
            })
    }

    private static func isPlain(_ node: Node) -> Bool { node.items?.allSatisfy { $0.entries != nil } ?? false }

    /// What can be told of a matrix that is written out: how many combinations it has, and that `exclude` means some.
    private func checkLiteral(_ matrix: Node, _ reader: inout NodeReader) {
        guard let entries = matrix.entries else { return }
        var count = 1
        var axes: [String] = []
        for entry in entries {
            guard let name = entry.key.scalar?.text, name != "include", name != "exclude" else { continue }
            axes.append(name)
            count = min(count, 1 << 30) * (entry.value.items?.count ?? 1)
        }
        if axes.isEmpty, matrix["include"] == nil {
            reader.report(
                .rule, at: matrix, "`matrix` has no values", hint: "write lists by name: `matrix: {os: [a, b]}`")
        }
        if count > FanOut.maximumItems, matrix["exclude"] == nil { reportTooMany(at: matrix, &reader) }
        for item in matrix["exclude"]?.items ?? [] {
            for entry in item.entries ?? [] {
                guard let name = entry.key.scalar?.text, !axes.contains(name) else { continue }
                reader.report(
                    .rule, at: entry.key, "`exclude` names `\(name.clipped)`, which the matrix doesn't have",
                    hint: NearestName.hint(for: name, among: axes))
            }
        }
    }

    private func reportTooMany(at node: Node, _ reader: inout NodeReader) {
        reader.report(.rule, at: node, "a step may have at most \(FanOut.maximumItems) items")
    }
}
