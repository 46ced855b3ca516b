import DocumentTree

/// Turns a schema's keywords into assertions, and refuses those that it doesn't know.
struct JSONSchemaCompiler {
    private let root: Value
    /// Texts of `$ref` that were met, with the place of the first.
    private var wanted: [(reference: String, path: [String])] = []
    private var seen: Set<String> = []

    init(root: Value) { self.root = root }

    private typealias Fault = JSONSchema.Fault

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

    private mutating func assertion(
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

// MARK: Keywords that hold schemas

extension JSONSchemaCompiler {
    private mutating func items(
        _ all: ValueMapping, _ path: [String]
    ) throws(JSONSchema.Fault) -> JSONSchemaAssertion {
        let place = Array(path.dropLast())
        var first: [JSONSchemaNode] = []
        if let value = all["prefixItems"] { first = try list(value, place + ["prefixItems"]) }
        var rest: JSONSchemaNode?
        if let value = all["items"] { rest = try compile(value, at: place + ["items"]) }
        return .items(first: first, rest: rest)
    }

    private mutating func contains(
        _ all: ValueMapping, _ path: [String]
    ) throws(JSONSchema.Fault) -> JSONSchemaAssertion? {
        // Without `contains` the other two say nothing.
        let range = try range("Contains", all, path, fallback: 1)
        guard let schema = all["contains"] else { return nil }
        return .contains(try compile(schema, at: path.dropLast() + ["contains"]), range)
    }

    private mutating func properties(
        _ all: ValueMapping, _ path: [String]
    ) throws(JSONSchema.Fault) -> JSONSchemaAssertion {
        let place = Array(path.dropLast())
        var known: [String: JSONSchemaNode] = [:]
        if let value = all["properties"] { known = try schemas(in: value, place + ["properties"]) }
        var patterns: [(Pattern, JSONSchemaNode)] = []
        if let value = all["patternProperties"] {
            let place = place + ["patternProperties"]
            for (text, schema) in try entries(value, place) {
                patterns.append((try pattern(text, place + [text]), try compile(schema, at: place + [text])))
            }
        }
        var others: JSONSchemaNode?
        if let value = all["additionalProperties"] { others = try compile(value, at: place + ["additionalProperties"]) }
        return .properties(known, patterns: patterns, others: others)
    }

    private mutating func condition(
        _ all: ValueMapping, _ path: [String]
    ) throws(JSONSchema.Fault) -> JSONSchemaAssertion? {
        let place = Array(path.dropLast())
        var branches: [JSONSchemaNode?] = [nil, nil, nil]
        for (index, keyword) in ["if", "then", "else"].enumerated() {
            if let value = all[keyword] { branches[index] = try compile(value, at: place + [keyword]) }
        }
        guard let condition = branches[0] else { return nil }
        return .condition(condition, then: branches[1], otherwise: branches[2])
    }

    private mutating func list(_ value: Value, _ path: [String]) throws(JSONSchema.Fault) -> [JSONSchemaNode] {
        guard let items = value.items, !items.isEmpty else {
            throw Fault(path: path, message: "must be a list of schemas")
        }
        var nodes: [JSONSchemaNode] = []
        for (index, item) in items.enumerated() { nodes.append(try compile(item, at: path + [String(index)])) }
        return nodes
    }

    private mutating func schemas(
        in value: Value, _ path: [String]
    ) throws(JSONSchema.Fault) -> [String: JSONSchemaNode] {
        var nodes: [String: JSONSchemaNode] = [:]
        for (name, schema) in try entries(value, path) { nodes[name] = try compile(schema, at: path + [name]) }
        return nodes
    }

    /// Compiles definitions that nothing may refer to, too: a fault in them should show.
    private mutating func checkDefinitions(_ all: ValueMapping, _ path: [String]) throws(JSONSchema.Fault) {
        for keyword in ["$defs", "definitions"] {
            if let value = all[keyword] { _ = try schemas(in: value, path + [keyword]) }
        }
    }
}

// MARK: References

extension JSONSchemaCompiler {
    private mutating func reference(_ value: Value, _ path: [String]) throws(JSONSchema.Fault) -> String {
        guard let text = value.string else { throw Fault(path: path, message: "must be a text") }
        guard text == "#" || text.hasPrefix("#/") else {
            throw Fault(
                path: path, message: "`\(text.clipped)` leads out of this schema",
                hint: "refer to a place in it: `#/$defs/NAME`")
        }
        if seen.insert(text).inserted { wanted.append((text, path)) }
        return text
    }

    /// The schemas that references name, those inside them, too.
    mutating func resolveReferences() throws(JSONSchema.Fault) -> [String: JSONSchemaNode] {
        var nodes: [String: JSONSchemaNode] = [:]
        while let (text, path) = wanted.popLast() {
            var place = root
            for part in text.split(separator: "/").dropFirst() {
                let key = Self.unescaped(part)
                guard let next = place[key] ?? Int(key).flatMap({ place.items?[safe: $0] }) else {
                    throw Fault(path: path, message: "there is nothing at `\(text.clipped)`")
                }
                place = next
            }
            nodes[text] = try compile(place, at: path)
        }
        return nodes
    }

    /// Source: RFC 6901, section 4 (`~0`, `~1`) and section 6 (percent signs in a fragment).
    private static func unescaped(_ part: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = part.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let code = UInt8(String(rest.prefix(2)) ?? "", radix: 16) {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
            .replacing("~1", with: "/").replacing("~0", with: "~")
    }
}

// MARK: Plain values

extension JSONSchemaCompiler {
    private func types(_ value: Value, _ path: [String]) throws(JSONSchema.Fault) -> [JSONType] {
        let names = value.items ?? [value]
        let types = names.compactMap { $0.string.flatMap(JSONType.init) }
        guard types.count == names.count, !types.isEmpty else {
            let known = JSONType.allCases.map(\.rawValue)
            let wrong = names.first { $0.string.flatMap(JSONType.init) == nil }?.string ?? ""
            throw Fault(
                path: path, message: "must be one of \(known.joined(separator: ", ")), or a list of them",
                hint: NearestName.hint(for: wrong, among: known))
        }
        return types
    }

    private func number(_ value: Value, _ path: [String]) throws(JSONSchema.Fault) -> Value {
        guard value.number != nil else { throw Fault(path: path, message: "must be a number") }
        return value
    }

    private func range(
        _ suffix: String, _ all: ValueMapping, _ path: [String], fallback: Int = 0
    ) throws(JSONSchema.Fault) -> ClosedRange<Int> {
        var bounds = [fallback, Int.max]
        for (index, keyword) in ["min\(suffix)", "max\(suffix)"].enumerated() {
            guard let value = all[keyword] else { continue }
            guard let number = value.integer ?? value.number.flatMap({ Int(exactly: $0) }), number >= 0 else {
                throw Fault(path: path.dropLast() + [keyword], message: "must be a whole number from 0")
            }
            bounds[index] = number
        }
        guard bounds[0] <= bounds[1] else {
            throw Fault(path: path, message: "no value can have at least \(bounds[0]) and at most \(bounds[1])")
        }
        return bounds[0]...bounds[1]
    }

    private func texts(_ value: Value, _ path: [String]) throws(JSONSchema.Fault) -> [String] {
        guard let items = value.items, items.allSatisfy({ $0.string != nil }) else {
            throw Fault(path: path, message: "must be a list of texts")
        }
        return items.compactMap(\.string)
    }

    private func entries(
        _ value: Value, _ path: [String]
    ) throws(JSONSchema.Fault) -> [(key: String, value: Value)] {
        guard let mapping = value.mapping else { throw Fault(path: path, message: "must be a mapping") }
        return mapping.entries.map { (key: $0.key, value: $0.value) }
    }

    private func pattern(_ text: String?, _ path: [String]) throws(JSONSchema.Fault) -> Pattern {
        guard let text else { throw Fault(path: path, message: "must be a text") }
        do throws(Pattern.Fault) {
            return try Pattern(text)
        } catch {
            throw Fault(path: path, message: "the pattern `\(text.clipped)` is malformed: \(error.message)")
        }
    }
}
