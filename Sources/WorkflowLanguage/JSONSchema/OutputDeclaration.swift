public import DocumentTree

/// An output that a step, or a kind of step, says to hand on, and what it must be.
public struct OutputDeclaration: Sendable {
    /// The name, as in `steps.ID.outputs.NAME`.
    public let name: String
    /// What its value must be.
    public let schema: JSONSchema

    /// A declaration.
    public init(name: String, schema: JSONSchema) {
        self.name = name
        self.schema = schema
    }

    /// The outputs as the declarations have them: a text that the schema doesn't take, and that is JSON which it takes, is that
    /// value (`echo rows=12 >> "$WFREPO_OUTPUT"` gives texts). An output that is missing counts as null.
    ///
    /// - Returns: The outputs, and what doesn't fit, in words.
    public static func check(
        _ outputs: ValueMapping, against declarations: [OutputDeclaration]
    ) -> (outputs: ValueMapping, faults: [String]) {
        var outputs = outputs
        var faults: [String] = []
        for declaration in declarations {
            let found = outputs[declaration.name]
            let value = declaration.typed(found ?? .null)
            let mismatches = declaration.schema.mismatches(of: value, limit: 3)
            if mismatches.isEmpty {
                outputs[declaration.name] = value
            } else if found == nil {
                faults.append("the output `\(declaration.name)` is missing")
            } else {
                faults += mismatches.map { "the output `\(declaration.name)`: \($0)" }
            }
        }
        return (outputs, faults)
    }

    /// What doesn't fit, in one text: its beginning, where it is much.
    public static func summary(of faults: [String]) -> String { faults.prefix(3).joined(separator: "; ") }

    private func typed(_ value: Value) -> Value {
        guard let text = value.string, text.utf8.count <= 1 << 20, !schema.accepts(value),
            let read = try? Document.parseOne(Array(text.utf8), name: "output.json").root?.value(),
            schema.accepts(read)
        else { return value }
        return read
    }
}

extension NodeReader {
    /// Declarations of outputs: names and schemas. What stands under `besides` in a schema belongs to somebody else.
    mutating func outputDeclarations(_ node: Node?, besides: Set<String> = []) -> [OutputDeclaration] {
        (node?.entries ?? []).compactMap { entry in
            guard let name = entry.key.scalar?.text else { return nil }
            return schema(entry.value, besides: besides).map { OutputDeclaration(name: name, schema: $0) }
        }
    }

    /// A schema that is written out; its fault is reported where it stands.
    mutating func schema(_ node: Node, besides: Set<String> = []) -> JSONSchema? {
        guard var value = try? node.value() else { return nil }
        if let mapping = value.mapping, !besides.isEmpty {
            value = .mapping(
                ValueMapping(mapping.entries.filter { !besides.contains($0.key) }.map { ($0.key, $0.value) }))
        }
        do throws(JSONSchema.Fault) {
            return try JSONSchema(value)
        } catch {
            var place = node
            for part in error.path {
                guard let next = place[part] ?? Int(part).flatMap({ place.items?[safe: $0] }) else { break }
                place = next
            }
            report(.schema, at: place, error.message, hint: error.hint)
            return nil
        }
    }
}
