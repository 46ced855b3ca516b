import DocumentTree

/// Turns a schema's keywords into assertions, and refuses those that it doesn't know.
struct JSONSchemaCompiler {
    let root: Value
    /// Texts of `$ref` that were met, with the place of the first.
    var wanted: [(reference: String, path: [String])] = []
    var seen: Set<String> = []

    init(root: Value) { self.root = root }

    typealias Fault = JSONSchema.Fault

    /// How deep schemas may stand in each other.
    private static let deepest = 64
    /// Keywords that describe and assert nothing.
    private static let silent: Set<String> = [
        "$schema", "$id", "$comment", "$defs", "definitions", "title", "description", "default", "examples",
        "deprecated", "readOnly", "writeOnly", "format",
    ]
    /// Keywords that another one reads.
    private static let companions: Set<String> = [
        "minContains", "maxContains", "then", "else", "prefixItems", "patternProperties", "additionalProperties",
        "maxLength", "maxItems", "maxProperties",
    ]

    mutating func compile(_ schema: Value, at path: [String]) throws(JSONSchema.Fault) -> JSONSchemaNode {
        guard path.count <= 2 * Self.deepest else {
            throw Fault(path: path, message: "schemas stand more than \(Self.deepest) deep in each other")
        }
        if let bool = schema.bool { return bool ? .always : .never }
        guard let keywords = schema.mapping else {
            throw Fault(path: path, message: "a schema must be a mapping, `true` or `false`")
        }
        try checkDefinitions(keywords, path)
        var assertions: [JSONSchemaAssertion] = []
        var done: Set<String> = []
        for (keyword, value) in keywords.entries where !Self.silent.contains(keyword) {
            let first = Self.leader(of: keyword)
            guard done.insert(first).inserted else { continue }
            assertions += try assertion(first, value, keywords, path + [keyword]).map { [$0] } ?? []
        }
        return assertions.isEmpty ? .always : .assertions(assertions)
    }

    /// The keyword under which several that belong together are read.
    private static func leader(of keyword: String) -> String {
        switch keyword {
        case "minLength", "maxLength": "minLength"
        case "minItems", "maxItems": "minItems"
        case "minProperties", "maxProperties": "minProperties"
        case "minContains", "maxContains": "contains"
        case "prefixItems", "items": "items"
        case "properties", "patternProperties", "additionalProperties": "properties"
        case "then", "else": "if"
        default: keyword
        }
    }

    mutating func assertion(
        _ keyword: String, _ value: Value, _ all: ValueMapping, _ path: [String]
    ) throws(JSONSchema.Fault) -> JSONSchemaAssertion? {
        switch keyword {
        case "type": return .types(try types(value, path))
        case "enum":
            guard let values = value.items, !values.isEmpty else { throw Fault(path: path, message: "must be a list") }
            return .oneOfValues(values)
        case "const": return .oneOfValues([value])
        case "multipleOf":
            guard let number = value.number, number > 0 else {
                throw Fault(path: path, message: "must be a number above 0")
            }
            return .multiple(of: value)
        case "minimum": return .atLeast(try number(value, path), isExclusive: false)
        case "exclusiveMinimum": return .atLeast(try number(value, path), isExclusive: true)
        case "maximum": return .atMost(try number(value, path), isExclusive: false)
        case "exclusiveMaximum": return .atMost(try number(value, path), isExclusive: true)
        case "minLength": return .length(try range("Length", all, path))
        case "minItems": return .itemCount(try range("Items", all, path))
        case "minProperties": return .propertyCount(try range("Properties", all, path))
        case "pattern": return .pattern(try pattern(value.string, path))
        case "uniqueItems":
            guard let unique = value.bool else { throw Fault(path: path, message: "must be `true` or `false`") }
            return unique ? .uniqueItems : nil
        case "items": return try items(all, path)
        case "contains": return try contains(all, path)
        case "required": return .required(try texts(value, path), because: nil)
        case "dependentRequired":
            let entries = try entries(value, path)
            var nodes: [String: JSONSchemaNode] = [:]
            for (name, names) in entries {
                nodes[name] = .assertions([.required(try texts(names, path + [name]), because: name)])
            }
            return .dependent(nodes)
        case "dependentSchemas": return .dependent(try schemas(in: value, path))
        case "properties": return try properties(all, path)
        case "propertyNames": return .propertyNames(try compile(value, at: path))
        case "allOf": return .all(try list(value, path))
        case "anyOf": return .any(try list(value, path))
        case "oneOf": return .one(try list(value, path))
        case "not": return .not(try compile(value, at: path))
        case "if": return try condition(all, path)
        case "$ref": return .reference(try reference(value, path))
        default:
            throw Fault(
                path: path, message: "the keyword `\(keyword.clipped)` is not known here",
                hint: NearestName.hint(for: keyword, among: Self.known)
                    ?? "docs/language.md lists the keywords of JSON Schema that are")
        }
    }

    private static let known =
        [
            "type", "enum", "const", "multipleOf", "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum",
            "minLength", "minItems", "minProperties", "pattern", "uniqueItems", "items", "contains", "required",
            "dependentRequired", "dependentSchemas", "properties", "propertyNames", "allOf", "anyOf", "oneOf", "not",
            "if", "$ref",
        ] + Array(silent) + Array(companions)
}
