public import DocumentTree

/// A JSON Schema, compiled: what a value must be.
///
/// It knows the commonly used vocabulary of the draft 2020-12: `type enum const`, the bounds of numbers, texts, lists and
/// mappings, `pattern`, `properties patternProperties additionalProperties propertyNames required dependentRequired
/// dependentSchemas`, `prefixItems items contains minContains maxContains uniqueItems`, `allOf anyOf oneOf not if then else`,
/// and `$ref` to a place in the same schema. `format` and what describes (`title`, `default`, …) is taken and says nothing.
/// Every other keyword is refused when the schema is compiled, so that nobody relies on a check that isn't made.
///
/// Source: JSON Schema Core and Validation, draft 2020-12.
public struct JSONSchema: Sendable {
    /// The schema as written.
    public let source: Value
    let root: JSONSchemaNode
    /// The schemas that a `$ref` names, by its text.
    let references: [String: JSONSchemaNode]

    /// Why a value is no schema that can be compiled.
    public struct Fault: Error, Hashable, Sendable {
        /// The way to the place from the schema's root: keys, and places in lists from 0.
        public var path: [String]
        /// What is wrong there.
        public var message: String
        /// What to do about it.
        public var hint: String?
    }

    /// What a value has that the schema doesn't allow.
    public struct Mismatch: Hashable, Sendable, CustomStringConvertible {
        /// The place in the value, a JSON Pointer; empty for the value itself.
        public var pointer: String
        /// What is wrong there, to stand behind the place.
        public var message: String

        /// `/rows/0 must be a text, not 3`.
        public var description: String { pointer.isEmpty ? message : "\(pointer) \(message)" }
    }

    /// Compiles a schema.
    /// - Throws: ``Fault`` for the first keyword that is malformed or not known.
    public init(_ source: Value) throws(Fault) {
        self.source = source
        var compiler = JSONSchemaCompiler(root: source)
        root = try compiler.compile(source, at: [])
        references = try compiler.resolveReferences()
    }

    /// What a value has that the schema doesn't allow; empty where it is valid.
    ///
    /// - Parameter limit: How many are told at most.
    public func mismatches(of value: Value, limit: Int = 10) -> [Mismatch] {
        var validator = JSONSchemaValidator(references: references, limit: limit)
        validator.check(value, against: root)
        return validator.found
    }

    /// Whether a value is valid.
    public func accepts(_ value: Value) -> Bool { mismatches(of: value, limit: 1).isEmpty }
}

/// A schema: `true`, `false`, or what must hold, one after the other.
indirect enum JSONSchemaNode: Sendable {
    case always
    case never
    case assertions([JSONSchemaAssertion])
}

/// What one keyword, or several that belong together, asks of a value.
enum JSONSchemaAssertion: Sendable {
    case types([JSONType])
    case oneOfValues([Value])
    case multiple(of: Value)
    case atLeast(Value, isExclusive: Bool)
    case atMost(Value, isExclusive: Bool)
    case length(ClosedRange<Int>)
    case pattern(Pattern)
    case itemCount(ClosedRange<Int>)
    case uniqueItems
    case items(first: [JSONSchemaNode], rest: JSONSchemaNode?)
    case contains(JSONSchemaNode, ClosedRange<Int>)
    case propertyCount(ClosedRange<Int>)
    case required([String], because: String?)
    case properties([String: JSONSchemaNode], patterns: [(Pattern, JSONSchemaNode)], others: JSONSchemaNode?)
    case propertyNames(JSONSchemaNode)
    case dependent([String: JSONSchemaNode])
    case all([JSONSchemaNode])
    case any([JSONSchemaNode])
    case one([JSONSchemaNode])
    case not(JSONSchemaNode)
    case condition(JSONSchemaNode, then: JSONSchemaNode?, otherwise: JSONSchemaNode?)
    case reference(String)
}

/// The types of JSON. An integer is a number without a fraction, `1.0` too.
enum JSONType: String, Sendable, CaseIterable {
    case null, boolean, integer, number, string, array, object

    func includes(_ value: Value) -> Bool {
        switch (self, value) {
        case (.null, .null), (.boolean, .bool), (.string, .string), (.array, .sequence), (.object, .mapping): true
        case (.number, .integer), (.number, .bigInteger), (.number, .double): true
        case (.integer, .integer), (.integer, .bigInteger): true
        case (.integer, .double(let double)): double.isFinite && double == double.rounded()
        default: false
        }
    }

    /// What messages call it.
    var words: String {
        switch self {
        case .null: "null"
        case .boolean: "`true` or `false`"
        case .integer: "a whole number"
        case .number: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "a mapping"
        }
    }
}
