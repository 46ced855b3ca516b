import DocumentTree

/// Reads a step's call of another workflow, or its use of an own kind.
struct CallReader {
    /// The name of the kind.
    static let kind = "workflow"

    /// The call; nil where the step or compensation calls none.
    func call(_ node: Node?, _ reader: NodeReader) -> WorkflowCall? {
        guard let node, let uses = node["uses"], let text = reader.text(uses) else { return nil }
        if let kind = KindName(text).own {
            return WorkflowCall(
                workflow: kind, inputs: inputs(node["with"]), position: uses.range.start)
        }
        guard text == Self.kind, let name = node["with"]?["name"],
            let workflow = reader.text(name).flatMap({ WorkflowName($0) }), !workflow.isKind
        else { return nil }
        return WorkflowCall(
            workflow: workflow, inputs: inputs(node["with"]?["inputs"]), position: name.range.start)
    }

    private func inputs(_ node: Node?) -> [(name: String, value: TemplateValue, position: SourcePosition)] {
        (node?.entries ?? []).compactMap { entry in
            // Its expressions were noted when `with` was read.
            var silent = NodeReader(problems: ProblemList(file: ""), bytes: [])
            return entry.key.scalar.map {
                ($0.text, silent.templateValue(entry.value, place: .workflow), entry.key.range.start)
            }
        }
    }
}
