import DocumentTree

/// A template with its parameters filled in: what is written to the work tree.
public struct TemplateInstance: Sendable {
    /// The workflow's text.
    public var workflow: [UInt8]
    /// The files that go with it, by their path in the work tree.
    public var files: [String: [UInt8]]
    /// The value of every parameter.
    public var values: [String: String]
}

extension WorkflowTemplate {
    /// Fills in the parameters.
    ///
    /// Placeholders are replaced scalar by scalar: a value can change what a scalar says, never the structure around
    /// it, and a scalar is quoted where its new text needs it. Every other byte stays as it is.
    ///
    /// - Parameter given: What the person has set, by name.
    /// - Throws: ``TemplateError`` for an unknown parameter, a missing or a wrong value.
    public func instantiate(_ given: [String: String]) throws(TemplateError) -> TemplateInstance {
        let names = parameters.map(\.name)
        if let unknown = given.keys.filter({ !names.contains($0) }).min() {
            throw TemplateError(
                "template \(name) has no parameter '\(unknown)'",
                hint: names.isEmpty ? "it takes none" : "its parameters: \(names.joined(separator: ", "))")
        }
        var values: [String: String] = [:]
        for parameter in parameters {
            if let text = given[parameter.name] {
                values[parameter.name] = try parameter.check(text)
            } else if let value = parameter.defaultValue {
                values[parameter.name] = value
            } else {
                throw TemplateError(
                    "template \(name) needs a value for \(parameter.name)"
                        + (parameter.description.map { " (\($0))" } ?? ""),
                    hint: "give it with --set \(parameter.name)=VALUE")
            }
        }
        let kinds = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.kind) })
        let filler = PlaceholderFiller(template: name, values: values, kinds: kinds)
        return TemplateInstance(workflow: try filler.fill(workflow), files: files, values: values)
    }
}
