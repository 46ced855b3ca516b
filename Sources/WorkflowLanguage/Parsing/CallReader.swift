import DocumentTree

/// Reads a step's call of another workflow.
struct CallReader {
    /// The name of the kind.
    static let kind = "workflow"

    /// The call; nil where the step or compensation calls none.
    func call(_ node: Node?, _ reader: NodeReader) -> WorkflowCall? {
        guard let node, reader.text(node["uses"]) == Self.kind, let name = node["with"]?["name"],
            let workflow = reader.text(name).flatMap({ WorkflowName($0) })
        else { return nil }
        let inputs = (node["with"]?["inputs"]?.entries ?? []).compactMap { entry in
            // Its expressions were noted when `with` was read.
            var silent = NodeReader(problems: ProblemList(file: ""), bytes: [])
            return entry.key.scalar.map {
                ($0.text, silent.templateValue(entry.value, place: .workflow), entry.key.range.start)
            }
        }
        return WorkflowCall(workflow: workflow, inputs: inputs, position: name.range.start)
    }
}
