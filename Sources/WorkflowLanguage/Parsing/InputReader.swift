import DocumentTree

/// Reads the declarations of a workflow's inputs.
struct InputReader {
    func inputs(_ node: Node?, _ reader: inout NodeReader) -> [Input] {
        var names: Set<String> = []
        return (node?.entries ?? []).compactMap { entry in
            guard let name = entry.key.scalar?.text else { return nil }
            if !names.insert(name.lowercased()).inserted {
                reader.report(
                    .duplicateID, at: entry.key, "the input `\(name)` is there twice", hint: "case makes no difference")
            }
            return input(name, entry.value, &reader)
        }
    }

    private func input(_ name: String, _ node: Node, _ reader: inout NodeReader) -> Input {
        let kind: Input.Kind = reader.choice(node["type"]) ?? .string
        var input = Input(
            name: name, kind: kind, description: reader.text(node["description"]),
            isRequired: reader.bool(node["required"], default: false), defaultValue: nil,
            pattern: reader.text(node["pattern"]), options: reader.texts(node["options"]))
        if let pattern = node["pattern"], let text = input.pattern {
            if kind != .string { reader.report(.rule, at: pattern, "`pattern` is for inputs of type `string`") }
            do { _ = try Pattern(text) } catch {
                reader.report(.rule, at: pattern, "the pattern of `\(name)` is malformed: \(error.message)")
                input.pattern = nil
            }
        }
        if kind == .choice, node["options"] == nil {
            reader.report(.rule, at: node, "the input `\(name)` is a choice and needs `options`")
        } else if kind != .choice, let options = node["options"] {
            reader.report(.rule, at: options, "`options` is for inputs of type `choice`")
        }
        if let node = node["default"] { readDefault(node, of: &input, &reader) }
        return input
    }

    private func readDefault(_ node: Node, of input: inout Input, _ reader: inout NodeReader) {
        if node.kind == .null { return }
        guard let value = try? node.value() else { return }
        do {
            input.defaultValue = try InputResolver.convert(value, text: reader.text(node), to: input)
        } catch {
            reader.report(.rule, at: node, "the default of `\(input.name)` \(error.message)", hint: error.hint)
        }
        if input.isRequired {
            reader.report(
                .rule, at: node, "the input `\(input.name)` is required, so its default is never used",
                hint: "remove `required` or `default`", severity: .warning)
        }
    }
}
