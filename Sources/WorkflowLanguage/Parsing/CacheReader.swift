import DocumentTree

/// Reads `cache` of a step.
struct CacheReader {
    func cache(_ step: Node, number: Int, _ reader: inout NodeReader) -> StepCache? {
        guard let node = step["cache"] else { return nil }
        check(step, at: node, &reader)
        let place = ExpressionUse.Place.step(number)
        let key = node["key"].map { key in
            (key.items ?? [key]).compactMap { reader.template($0, place: place) }
        }
        var paths: [Template] = []
        for item in node["paths"].map({ $0.items ?? [$0] }) ?? [] {
            guard let path = reader.template(item, place: place) else { continue }
            if let text = path.literal, Self.leavesWorkspace(text) {
                reader.report(
                    .rule, at: item, "`paths` must lie in the workspace, not at `\(text.clipped)`",
                    hint: "write patterns relative to the workspace")
            }
            paths.append(path)
        }
        return StepCache(key: key, paths: paths)
    }

    private func check(_ step: Node, at node: Node, _ reader: inout NodeReader) {
        if let kind = reader.text(step["uses"]), !KindCatalog.makingKinds.contains(kind), !kind.hasPrefix("./") {
            reader.report(
                .rule, at: node, "a step of the kind `\(kind.clipped)` can't be cached",
                hint: "steps with `run` can, and the kinds \(KindCatalog.makingKinds.joined(separator: " and "))")
        }
        if step["compensate"] != nil {
            reader.report(
                .rule, at: node, "a step that can be undone can't be cached: its undo would undo another run's work",
                hint: "keep `cache` for steps that only make something")
        }
    }

    static func leavesWorkspace(_ path: String) -> Bool {
        path.hasPrefix("/") || path.hasPrefix("!/") || path.split(separator: "/").contains("..")
    }
}
