import DocumentTree

/// Looks for what a value has that a schema doesn't allow.
struct JSONSchemaValidator {
    let references: [String: JSONSchemaNode]
    private(set) var found: [JSONSchema.Mismatch] = []
    private let limit: Int
    /// The way to the value that is looked at.
    private var path: [String] = []
    /// How many schemas apply to each other's values now.
    private var depth = 0
    /// How many more schemas may be applied: `oneOf` in `oneOf` can ask for exponentially many.
    private var budget = 20_000_000

    private static let deepest = 400

    init(references: [String: JSONSchemaNode], limit: Int) {
        self.references = references
        self.limit = limit
    }

    mutating func check(_ value: Value, against schema: JSONSchemaNode) {
        guard found.count < limit else { return }
        budget -= 1
        guard depth < Self.deepest, budget > 0 else {
            return report(budget > 0 ? "leads in circles through the schema" : "takes too long to be checked")
        }
        depth += 1
        defer { depth -= 1 }
        switch schema {
        case .always: break
        case .never: report("may not be there")
        case .assertions(let assertions): for assertion in assertions { check(value, assertion) }
        }
    }

    private mutating func report(_ message: String) {
        guard found.count < limit else { return }
        let pointer = path.map { "/" + $0.replacingScalars(["~": "~0", "/": "~1"]) }.joined()
        found.append(JSONSchema.Mismatch(pointer: pointer, message: message))
    }

    /// Whether a value is valid, without telling why not. What can't be decided is told, and counts as valid.
    private mutating func accepts(_ value: Value, _ schema: JSONSchemaNode) -> Bool {
        var trial = JSONSchemaValidator(references: references, limit: 1)
        (trial.depth, trial.budget) = (depth, budget)
        trial.check(value, against: schema)
        budget = trial.budget
        return trial.found.isEmpty
    }

    private mutating func check(_ value: Value, at key: String, against schema: JSONSchemaNode) {
        path.append(key)
        check(value, against: schema)
        path.removeLast()
    }

    private mutating func check(_ value: Value, _ assertion: JSONSchemaAssertion) {
        switch assertion {
        case .types(let types):
            if !types.contains(where: { $0.includes(value) }) {
                report("must be \(types.map(\.words).joined(separator: " or ")), not \(Self.shown(value))")
            }
        case .oneOfValues(let values):
            guard !values.contains(value) else { return }
            let words = values.prefix(20).map(Self.shown).joined(separator: ", ")
            report("must be \(values.count > 1 ? "one of " : "")\(words), not \(Self.shown(value))")
        case .multiple, .atLeast, .atMost: checkNumber(value, assertion)
        case .length(let range):
            guard let text = value.string else { return }
            checkCount(text.unicodeScalars.count, range, "characters")
        case .pattern(let pattern):
            if let text = value.string, !pattern.matches(text) { report("must match `\(pattern.source.clipped)`") }
        case .itemCount(let range): if let items = value.items { checkCount(items.count, range, "items") }
        case .uniqueItems:
            if let items = value.items, Set(items).count < items.count { report("has an item twice") }
        case .items(let first, let rest): checkItems(value, first, rest)
        case .contains(let schema, let range):
            guard let items = value.items else { return }
            checkCount(items.count { accepts($0, schema) }, range, "items of the kind that `contains` describes")
        default: checkFurther(value, assertion)
        }
    }

    private mutating func checkFurther(_ value: Value, _ assertion: JSONSchemaAssertion) {
        switch assertion {
        case .propertyCount(let range): if let mapping = value.mapping { checkCount(mapping.count, range, "keys") }
        case .required(let names, let cause):
            guard let mapping = value.mapping else { return }
            for name in names where mapping[name] == nil {
                report("needs the key `\(name)`" + (cause.map { " beside `\($0)`" } ?? ""))
            }
        case .properties(let known, let patterns, let others): checkProperties(value, known, patterns, others)
        case .propertyNames(let schema):
            for (name, _) in value.mapping?.entries ?? [] where !accepts(.string(name), schema) {
                report("has the key `\(name.clipped)`, which is none of those that may be there")
            }
        case .dependent(let schemas):
            guard let mapping = value.mapping else { return }
            for (name, _) in mapping.entries { if let schema = schemas[name] { check(value, against: schema) } }
        case .all(let schemas): for schema in schemas { check(value, against: schema) }
        case .any(let schemas):
            if !schemas.contains(where: { accepts(value, $0) }) { report("is valid by none of `anyOf`") }
        case .one(let schemas):
            let count = schemas.count { accepts(value, $0) }
            if count != 1 { report("is valid by \(count == 0 ? "none" : "\(count)") of `oneOf`, not by one") }
        case .not(let schema): if accepts(value, schema) { report("is what `not` excludes") }
        case .condition(let condition, let then, let otherwise):
            if let branch = accepts(value, condition) ? then : otherwise { check(value, against: branch) }
        case .reference(let text): if let schema = references[text] { check(value, against: schema) }
        default: break
        }
    }

    private mutating func checkCount(_ count: Int, _ range: ClosedRange<Int>, _ things: String) {
        if count < range.lowerBound { report("has \(count) \(things), fewer than \(range.lowerBound)") }
        if count > range.upperBound { report("has \(count) \(things), more than \(range.upperBound)") }
    }

    private mutating func checkItems(_ value: Value, _ first: [JSONSchemaNode], _ rest: JSONSchemaNode?) {
        for (index, item) in (value.items ?? []).enumerated() {
            guard let schema = first[safe: index] ?? rest else { return }
            check(item, at: String(index), against: schema)
        }
    }

    private mutating func checkProperties(
        _ value: Value, _ known: [String: JSONSchemaNode], _ patterns: [(Pattern, JSONSchemaNode)],
        _ others: JSONSchemaNode?
    ) {
        for (name, member) in value.mapping?.entries ?? [] {
            var isKnown = false
            if let schema = known[name] {
                isKnown = true
                check(member, at: name, against: schema)
            }
            for (pattern, schema) in patterns where pattern.matches(name) {
                isKnown = true
                check(member, at: name, against: schema)
            }
            if !isKnown, let others { check(member, at: name, against: others) }
        }
    }

    private mutating func checkNumber(_ value: Value, _ assertion: JSONSchemaAssertion) {
        guard value.number != nil else { return }
        switch assertion {
        case .multiple(let unit):
            if !Self.isMultiple(value, of: unit) { report("must be a multiple of \(Self.shown(unit))") }
        case .atLeast(let bound, let isExclusive):
            let order = Self.order(value, bound)
            if order < 0 || (isExclusive && order == 0) {
                report(
                    "must be \(isExclusive ? "more than" : "at least") \(Self.shown(bound)), not \(Self.shown(value))")
            }
        case .atMost(let bound, let isExclusive):
            let order = Self.order(value, bound)
            if order > 0 || (isExclusive && order == 0) {
                report(
                    "must be \(isExclusive ? "less than" : "at most") \(Self.shown(bound)), not \(Self.shown(value))")
            }
        default: break
        }
    }

    /// Below 0 where the first is less. Integers of 64 bits are compared as they are, others as doubles.
    private static func order(_ left: Value, _ right: Value) -> Int {
        if let left = left.integer, let right = right.integer { return left < right ? -1 : left > right ? 1 : 0 }
        guard let left = left.number, let right = right.number else { return 0 }
        return left < right ? -1 : left > right ? 1 : 0
    }

    private static func isMultiple(_ value: Value, of unit: Value) -> Bool {
        if let value = value.integer, let unit = unit.integer { return value.isMultiple(of: unit) }
        guard let number = value.number, let unit = unit.number else { return true }
        let quotient = number / unit
        // 0.0075 / 0.0001 is 75.00000000000001.
        return quotient.isFinite && abs(quotient - quotient.rounded()) <= 1e-9 * max(1, abs(quotient))
    }

    private static func shown(_ value: Value) -> String {
        switch value {
        case .sequence(let items): "a list of \(items.count)"
        case .mapping(let mapping): "a mapping of \(mapping.count)"
        default: "`\(value.canonicalText.clipped)`"
        }
    }
}
