import DocumentTree

// Keywords that hold schemas.
extension JSONSchemaCompiler {
    mutating func items(
        _ all: ValueMapping, _ path: [String]
    ) throws(JSONSchema.Fault) -> JSONSchemaAssertion {
        let place = Array(path.dropLast())
        var first: [JSONSchemaNode] = []
        if let value = all["prefixItems"] { first = try list(value, place + ["prefixItems"]) }
        var rest: JSONSchemaNode?
        if let value = all["items"] { rest = try compile(value, at: place + ["items"]) }
        return .items(first: first, rest: rest)
    }

    mutating func contains(
        _ all: ValueMapping, _ path: [String]
    ) throws(JSONSchema.Fault) -> JSONSchemaAssertion? {
        // Without `contains` the other two say nothing.
        let range = try range("Contains", all, path, fallback: 1)
        guard let schema = all["contains"] else { return nil }
        return .contains(try compile(schema, at: path.dropLast() + ["contains"]), range)
    }

    mutating func properties(
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

    mutating func condition(
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

    mutating func list(_ value: Value, _ path: [String]) throws(JSONSchema.Fault) -> [JSONSchemaNode] {
        guard let items = value.items, !items.isEmpty else {
            throw Fault(path: path, message: "must be a list of schemas")
        }
        var nodes: [JSONSchemaNode] = []
        for (index, item) in items.enumerated() { nodes.append(try compile(item, at: path + [String(index)])) }
        return nodes
    }

    mutating func schemas(
        in value: Value, _ path: [String]
    ) throws(JSONSchema.Fault) -> [String: JSONSchemaNode] {
        var nodes: [String: JSONSchemaNode] = [:]
        for (name, schema) in try entries(value, path) { nodes[name] = try compile(schema, at: path + [name]) }
        return nodes
    }

    /// Compiles definitions that nothing may refer to, too: a fault in them should show.
    mutating func checkDefinitions(_ all: ValueMapping, _ path: [String]) throws(JSONSchema.Fault) {
        for keyword in ["$defs", "definitions"] {
            if let value = all[keyword] { _ = try schemas(in: value, path + [keyword]) }
        }
    }
}
