internal import DocumentTree
internal import StructuralDiff
internal import WorkflowLanguage

/// What a definition says, taken apart into its top-level fields and its steps.
///
/// It is read from any YAML, also from a definition that today's language would refuse: history has such.
struct DefinitionState {
    /// A top-level field but the steps.
    struct Field {
        var name: String
        var value: Value
        /// The line that it starts at, from 1.
        var line: Int
    }

    /// A step.
    struct Step {
        /// The id, written or by the place.
        var id: String
        var hasWrittenID: Bool
        /// What is written, but `id` and `needs`.
        var content: Value
        /// The ids of the steps that it waits for, also where that follows from the order.
        var needs: Set<String>
        /// The line that it starts at, from 1.
        var line: Int
    }

    let fields: [Field]
    let steps: [Step]
    let document: Document

    /// The state of a definition; nil where it is no mapping of YAML.
    init?(_ bytes: [UInt8], name: String) {
        guard let document = try? Document.parseOne(bytes, name: name, limits: Workflow.limits),
            let root = try? document.expanded(), let entries = root.entries
        else { return nil }
        self.document = document
        var fields: [Field] = []
        var steps: [Step] = []
        for entry in entries {
            guard let key = entry.key.scalar?.text, let value = try? entry.value.value(name: name) else { return nil }
            if key == "steps", let items = value.items, items.allSatisfy({ $0.mapping != nil }) {
                let lines = (entry.value.items ?? []).map(\.range.start.line)
                steps = Self.steps(items, lines: lines)
            } else {
                fields.append(Field(name: key, value: value, line: entry.key.range.start.line))
            }
        }
        self.fields = fields
        self.steps = steps
    }

    private static func steps(_ items: [Value], lines: [Int]) -> [Step] {
        var above: String?
        return zip(items.indices, zip(items, lines)).map { place, item in
            let (value, line) = item
            let written = value["id"]?.string
            let id = written ?? "step-\(place + 1)"
            let needs = value["needs"].map { ($0.items ?? [$0]).compactMap(\.string) } ?? above.map { [$0] } ?? []
            above = id
            var content = value
            content["id"] = nil
            content["needs"] = nil
            return Step(id: id, hasWrittenID: written != nil, content: content, needs: Set(needs), line: line)
        }
    }
}
