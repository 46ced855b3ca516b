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
        if reader.text(step["uses"]) == "http" {
            checkRequest(step, at: node, &reader)
        } else if let kind = reader.text(step["uses"]), !KindCatalog.makingKinds.contains(kind), !kind.hasPrefix("./") {
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

    /// A request that only reads (RFC 9110, section 9.2.1) may be kept, by somebody who says what its answer depends on: the files
    /// of the workspace don't tell.
    private func checkRequest(_ step: Node, at node: Node, _ reader: inout NodeReader) {
        let parameters = step["with"]
        let method = parameters?["method"].map { reader.text($0)?.uppercased() ?? "" }
        let sends = ["json", "form", "multipart", "body", "file"].contains { parameters?[$0] != nil }
        if !["GET", "HEAD"].contains(method ?? (sends ? "POST" : "GET")) {
            reader.report(
                .rule, at: node, "a request that may change something can't be cached",
                hint: "the methods GET and HEAD can, written out")
        } else if node["key"] == nil {
            reader.report(
                .rule, at: node, "what the answer to a request depends on must be said by `key`",
                hint: "such as `key: [\"${{ inputs.day }}\"]`; `key: []` keeps it for all runs")
        }
    }

    static func leavesWorkspace(_ path: String) -> Bool {
        path.hasPrefix("/") || path.hasPrefix("!/") || path.split(separator: "/").contains("..")
    }
}
