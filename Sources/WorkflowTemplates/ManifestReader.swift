import DocumentTree

/// Reads the keys of a `template.yaml`, each once, and refuses those that nobody read.
struct ManifestReader {
    private let name: String
    private let content: ValueMapping
    private var unread: Set<String>

    init(name: String, content: Value) {
        self.name = name
        self.content = content.mapping ?? ValueMapping()
        unread = Set(self.content.keys)
    }

    /// Reads the bytes of a template's manifest.
    static func parse(_ manifest: [UInt8], of name: String) throws(TemplateError) -> ManifestReader {
        do {
            let document = try Document.parseOne(manifest, name: "\(name)/template.yaml")
            return ManifestReader(name: name, content: try document.value())
        } catch {
            throw TemplateError(error.description)
        }
    }

    /// A text that somebody else reads.
    func peek(_ key: String) -> String? { content[key]?.string }

    mutating func text(_ key: String) throws(TemplateError) -> String? {
        unread.remove(key)
        guard let value = content[key] else { return nil }
        guard let text = value.string else { throw fault("\(key) is not a string") }
        return text
    }

    mutating func texts(_ key: String) throws(TemplateError) -> [String] {
        unread.remove(key)
        guard let value = content[key] else { return [] }
        guard let items = value.items else { throw fault("\(key) is not a list of strings") }
        var texts: [String] = []
        for item in items {
            guard let text = item.string else { throw fault("\(key) is not a list of strings") }
            texts.append(text)
        }
        return texts
    }

    mutating func parameters() throws(TemplateError) -> [TemplateParameter] {
        unread.remove("parameters")
        guard let value = content["parameters"] else { return [] }
        guard let mapping = value.mapping else { throw fault("parameters is not a mapping") }
        var parameters: [TemplateParameter] = []
        for (key, value) in mapping.entries {
            guard value.mapping != nil else { throw fault("parameter \(key) is not a mapping") }
            var reader = ManifestReader(name: "\(name), parameter \(key)", content: value)
            parameters.append(try reader.parameter(key))
            try reader.refuseTheRest()
        }
        return parameters
    }

    func refuseTheRest() throws(TemplateError) {
        if let key = unread.min() { throw fault("\(key) is not a key that is known here") }
    }

    private mutating func parameter(_ key: String) throws(TemplateError) -> TemplateParameter {
        let type = try text("type") ?? "string"
        guard let kind = TemplateParameter.Kind(rawValue: type) else { throw fault("\(type) is not a type") }
        unread.remove("required")
        var parameter = TemplateParameter(
            name: key, kind: kind, description: try text("description"), defaultValue: try plainText("default"),
            pattern: try text("pattern"), choices: try texts("choices"))
        if let value = parameter.defaultValue { parameter.defaultValue = try parameter.check(value) }
        let isRequired = content["required"]?.bool ?? (parameter.defaultValue == nil)
        if !isRequired, parameter.defaultValue == nil { parameter.defaultValue = "" }
        return parameter
    }

    /// The text of a scalar of any type, as a person would type it.
    private mutating func plainText(_ key: String) throws(TemplateError) -> String? {
        unread.remove(key)
        switch content[key] {
        case nil: return nil
        case .string(let text): return text
        case .bool(let bool): return bool ? "true" : "false"
        case .integer(let integer): return String(integer)
        case .double(let double): return String(double)
        default: throw fault("\(key) is not a scalar")
        }
    }

    private func fault(_ message: String) -> TemplateError {
        TemplateError("template \(name): \(message)", hint: "docs/templates.md lists the keys of template.yaml")
    }
}
