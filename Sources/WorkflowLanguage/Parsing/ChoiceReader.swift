import DocumentTree

/// Reads the steps of the kind `choose`: which steps go on where a branch is taken.
struct ChoiceReader {
    /// The name of the kind.
    static let kind = "choose"

    /// For each step the numbers of the steps that choose it, and so go before it.
    func choosers(of nodes: [Node], ids: [StepID], _ reader: inout NodeReader) -> [[Int]] {
        var choosers = [[Int]](repeating: [], count: nodes.count)
        let numbers = Dictionary(
            ids.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
        for (index, node) in nodes.enumerated() where reader.text(node["uses"]) == Self.kind {
            for target in targets(of: node) {
                guard let name = reader.text(target), let id = StepID(name) else { continue }
                if let number = numbers[id] {
                    if !choosers[number].contains(index) { choosers[number].append(index) }
                } else {
                    reader.report(
                        .needs, at: target, "`then` names the step `\(name.clipped)`, which is not there",
                        hint: NearestName.hint(for: name, among: ids.map(\.description)))
                }
            }
        }
        return choosers
    }

    /// `with`, each `if` of it an expression.
    func parameters(_ node: Node, place: ExpressionUse.Place, _ reader: inout NodeReader) -> TemplateValue {
        .mapping(
            (node.entries ?? []).map { entry in
                let key = entry.key.scalar?.text ?? ""
                guard key == "branches" else { return (key, reader.templateValue(entry.value, place: place)) }
                return (key, .sequence((entry.value.items ?? []).map { branch($0, place: place, &reader) }))
            })
    }

    private func branch(_ node: Node, place: ExpressionUse.Place, _ reader: inout NodeReader) -> TemplateValue {
        .mapping(
            (node.entries ?? []).map { entry in
                let key = entry.key.scalar?.text ?? ""
                guard key == "if" else { return (key, reader.templateValue(entry.value, place: place)) }
                let condition = reader.condition(entry.value, place: place)
                return (key, condition.map { .template(Template(parts: [.expression($0)])) } ?? .literal(.null))
            })
    }

    private func targets(of node: Node) -> [Node] {
        let with = node["with"]
        let lists = (with?["branches"]?.items ?? []).map { $0["then"] } + [with?["otherwise"]]
        return lists.compactMap { $0 }.flatMap { $0.items ?? [$0] }
    }
}
