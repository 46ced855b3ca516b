public import DocumentTree

/// The JSON Schema of a workflow's file, for editors and other tools: made from the tables that the parser checks with.
///
/// It refuses every fault of shape (``Problem/Code/isOfShape``), and nothing else: what it can't say is listed in
/// `docs/language.md`.
///
/// Source: JSON Schema 2020-12.
public struct WorkflowSchema: Sendable {
    private let shapes: WorkflowShapes

    /// The schema for workflows that may use these kinds of step.
    public init(kinds: KindCatalog = .standard) { shapes = WorkflowShapes(kinds: kinds) }

    /// The comment with which a workflow's file tells an editor where its schema lies.
    ///
    /// Source: yaml-language-server's modeline.
    public static func modeline(schema location: String) -> String { "# yaml-language-server: $schema=\(location)" }

    /// The schema.
    public var value: Value { SchemaWriter.document("A workflow of wfrepo", shapes.workflow) }

    /// The schema as text: JSON of many lines, with a line break at its end.
    public var text: String { SchemaWriter.text(value) }
}

/// The JSON Schema of the file of settings, `wfrepo.yaml`: made from the table that it is checked with.
///
/// Source: JSON Schema 2020-12.
public enum SettingsSchema {
    /// The schema.
    public static var value: Value { SchemaWriter.document("The settings of wfrepo", Settings.keys) }

    /// The schema as text: JSON of many lines, with a line break at its end.
    public static var text: String { SchemaWriter.text(value) }
}

/// Writes shapes as schemas; tables that mappings have become definitions.
private struct SchemaWriter {
    private(set) var definitions = ValueMapping()

    /// The schema of a whole document.
    static func document(_ title: String, _ table: KeyTable) -> Value {
        var writer = SchemaWriter()
        let root = writer.schema(of: table)
        var schema = ValueMapping([
            ("$schema", "https://json-schema.org/draft/2020-12/schema"), ("title", .string(title)),
        ])
        for (key, value) in root.mapping?.entries ?? [] { schema[key] = value }
        schema["$defs"] = .mapping(writer.definitions)
        return .mapping(schema)
    }

    static func text(_ schema: Value) -> String { ((try? schema.json(.pretty)) ?? "{}") + "\n" }

    mutating func schema(of shape: Shape) -> Value {
        switch shape {
        case .text: ["type": ["string", "number", "boolean"]]
        case .optionalText: ["type": ["string", "number", "boolean", "null"]]
        case .formatted(let format): schema(of: format)
        case .boolean: ["type": "boolean"]
        case .integer(let range): bounded("integer", .integer(range.lowerBound), .integer(range.upperBound))
        case .number(let range): bounded("number", .double(range.lowerBound), .double(range.upperBound))
        case .choice(let words): ["enum": .sequence(words.map(Value.string))]
        case .list(let item, let least, let most, let isUnique):
            list(schema(of: item), least, most, isUnique)
        case .mapping(let table): reference(to: table)
        case .dictionary(let keys, let values):
            ["type": "object", "propertyNames": schema(of: keys), "additionalProperties": schema(of: values)]
        case .nothing: ["type": "null"]
        case .anything: [:]
        case .either(let shapes): ["anyOf": .sequence(shapes.map { schema(of: $0) })]
        case .templated(let shape): ["anyOf": [schema(of: shape), ["type": "string", "pattern": "[{][{]"]]]
        }
    }

    /// A text with a line break. `$` takes a last one in validators that use their language's own regular expressions, such as Python's.
    private static let lineBreak: Value = ["type": "string", "pattern": "\n"]

    private func schema(of format: TextFormat) -> Value {
        var schema = ValueMapping()
        switch format.others {
        case .none: schema["type"] = "string"
        case .integers(let range):
            schema["type"] = ["string", "integer"]
            schema["minimum"] = .integer(range.lowerBound)
            schema["maximum"] = .integer(range.upperBound)
        case .all: schema["type"] = ["string", "number", "boolean"]
        }
        schema["pattern"] = .string(format.pattern)
        if format.isOfOneLine { schema["not"] = Self.lineBreak }
        schema["minLength"] = 1
        schema["maxLength"] = .integer(format.maximumLength)
        return .mapping(schema)
    }

    private func bounded(_ type: Value, _ low: Value, _ high: Value) -> Value {
        ["type": type, "minimum": low, "maximum": high]
    }

    private func list(_ items: Value, _ least: Int, _ most: Int?, _ isUnique: Bool) -> Value {
        var schema: ValueMapping = ["type": "array", "items": items]
        if least > 0 { schema["minItems"] = .integer(least) }
        if let most { schema["maxItems"] = .integer(most) }
        if isUnique { schema["uniqueItems"] = true }
        return .mapping(schema)
    }

    /// A reference to the table's definition, which is written where it isn't there yet.
    private mutating func reference(to table: KeyTable) -> Value {
        let name = String(table.name.filter { $0 != "`" }.map { $0 == " " ? "-" : $0 })
        if definitions[name] == nil {
            definitions[name] = .null
            definitions[name] = schema(of: table)
        }
        return ["$ref": .string("#/$defs/\(name)")]
    }

    /// The schema of a mapping of known keys.
    mutating func schema(of table: KeyTable) -> Value {
        var properties = ValueMapping()
        for key in table.keys { properties[key.name] = property(key, of: table) }
        var schema: ValueMapping = [
            "type": "object", "properties": .mapping(properties), "additionalProperties": false,
        ]
        let required = table.keys.filter(\.isRequired).map { Value.string($0.name) }
        if !required.isEmpty { schema["required"] = .sequence(required) }
        if !table.exactlyOne.isEmpty {
            schema["oneOf"] = .sequence(table.exactlyOne.map { ["required": [.string($0)]] })
        }
        if !table.atMostOne.isEmpty {
            let pairs = table.atMostOne.indices.flatMap { first in
                table.atMostOne.indices[(first + 1)...].map { [first, $0].map { Value.string(table.atMostOne[$0]) } }
            }
            schema["not"] = ["anyOf": .sequence(pairs.map { ["required": .sequence($0)] })]
        }
        if !table.companions.isEmpty {
            schema["dependentRequired"] = .mapping(
                ValueMapping(
                    table.keys.compactMap { key in table.companions[key.name].map { (key.name, [.string($0)]) } }))
        }
        if let variant = table.variant { schema["allOf"] = .sequence(conditions(of: variant)) }
        return .mapping(schema)
    }

    private mutating func property(_ key: KeyTable.Key, of table: KeyTable) -> Value {
        var schema: ValueMapping = [
            "description": .string(key.meaning + (key.defaultText.map { " Default: \($0)." } ?? ""))
        ]
        let shape: Value
        if let variant = table.variant, variant.selector == key.name {
            shape = [
                "anyOf": [
                    ["enum": .sequence(variant.words().map(Value.string))],
                    // The repository's own kinds.
                    [
                        "type": "string", "pattern": "^[.]/kinds/[A-Za-z0-9][A-Za-z0-9._-]*$",
                        "not": Self.lineBreak,
                    ],
                ]
            ]
        } else {
            shape = self.schema(of: key.shape)
        }
        for (name, value) in shape.mapping?.entries ?? [] { schema[name] = value }
        return .mapping(schema)
    }

    /// For each word of the selecting key what the other key may be.
    private mutating func conditions(of variant: KeyTable.Variant) -> [Value] {
        variant.words().compactMap { word in
            guard let table = variant.table(word) else { return nil }
            var then: ValueMapping = ["properties": [variant.key: reference(to: table)]]
            if table.keys.contains(where: \.isRequired) || !table.exactlyOne.isEmpty {
                then["required"] = [.string(variant.key)]
            }
            return [
                "if": [
                    "properties": [variant.selector: ["const": .string(word)]], "required": [.string(variant.selector)],
                ],
                "then": .mapping(then),
            ]
        }
    }
}
