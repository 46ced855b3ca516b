import DocumentTree
import StructuralDiff
import WorkflowLanguage

/// Two states of one definition, compared as documents and, where both are a workflow without a fault, as workflows.
struct DefinitionComparison {
    /// The comparison by structure.
    let document: Comparison
    private let pair: ComparedPair

    init(_ pair: ComparedPair) throws(DocumentError) {
        self.pair = pair
        document = try pair.compared()
    }

    /// What differs by structure.
    var changes: ChangeSet { document.changes }

    /// The comparison in a workflow's own terms; nil where one side has a fault. It costs a second reading of both.
    func workflow() -> WorkflowComparison? {
        guard pair.isWorkflow else { return nil }
        switch (pair.old.bytes, pair.new.bytes) {
        case (nil, _?): return .creation
        case (_?, nil): return .removal
        default: return workflowChange()
        }
    }

    private func workflowChange() -> WorkflowComparison? {
        guard pair.isWorkflow, !changes.isEmpty || pair.renaming != nil, let old = parsed(pair.old),
            let new = parsed(pair.new)
        else { return nil }
        return WorkflowComparison(document, old: old, new: new, names: pair.renaming)
    }

    /// What differs, for a person: by structure, then what that means.
    func text(isColored: Bool) -> String { withMeaning(changes.text(TextOptions(isColored: isColored))) }

    /// The same in two columns of a terminal that is `width` columns wide.
    func sideBySide(width: Int, isColored: Bool) -> String {
        withMeaning(changes.sideBySide(width: width, isColored: isColored))
    }

    /// The same in Markdown.
    func markdown() -> String { changes.markdown(meaning: workflow()?.table) }

    /// The same as a page of HTML.
    func html() -> String { changes.html(meaning: workflow()?.table) }

    /// That the file moved, on a line of its own; empty where it did not.
    var moveLine: String { pair.moveLine }

    /// Whether nothing differs, neither content nor place.
    var isEmpty: Bool { changes.isEmpty && !changes.textDiffers && pair.move == nil }

    private func withMeaning(_ text: String) -> String {
        let meaning = workflow()?.text() ?? ""
        return moveLine + text + (meaning.isEmpty ? "" : "\n" + meaning)
    }

    /// What differs, for programs: `docs/diff.schema.json`.
    func value() -> Value {
        var value = changes.value
        value["workflow"] = workflow()?.value
        return value
    }

    /// What differs, as a drawing: the steps and their order, or else the document's parts.
    func mermaid() -> String { workflowChange()?.graph.mermaid() ?? changes.mermaid() }

    private func parsed(_ side: ComparedPair.Side) -> Workflow? {
        // A name decides nothing that is compared; two states may have different ones.
        guard let bytes = side.bytes, let name = WorkflowName("workflow") else { return nil }
        return Workflow.parse(bytes, name: name, file: side.label).workflow
    }
}
