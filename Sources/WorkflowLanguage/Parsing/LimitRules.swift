import DocumentTree

/// What the table of keys can't say of `limits`.
struct LimitRules {
    /// Reports limits of a step that has no process to give them to.
    func check(_ step: Node, _ reader: inout NodeReader) {
        guard let limits = step["limits"], let kind = reader.text(step["uses"]),
            !KindCatalog.processKinds.contains(kind), !kind.hasPrefix("./")
        else { return }
        reader.report(
            .rule, at: limits,
            "`limits` can't bound a step of the kind `\(kind.clipped)`, which has no process of its own",
            hint: kind == "workflow"
                ? "write `limits` in the steps of the workflow that it calls"
                : "steps with `run` have one, and the kinds \(KindCatalog.processKinds.joined(separator: ", "))")
    }
}
