/// A datum of the YAML 1.2 core schema, which is a superset of JSON's: what a document means once layout, comments,
/// anchors and the order of keys are put aside.
///
/// Mappings keep the order in which their keys were written, so that what is shown to a person looks like what the
/// person wrote; equality and hashing ignore that order.
///
/// Source: YAML 1.2.2, chapter 10.3 (core schema); RFC 8259 (JSON).
public enum Value: Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    /// An integer beyond 64 bits: an optional `-`, then decimal digits without leading zeros.
    case bigInteger(String)
    /// Any other number, also NaN and the infinities (YAML's `.nan`, `.inf`, `-.inf`), which JSON can't write.
    case double(Double)
    case string(String)
    case sequence([Value])
    case mapping(ValueMapping)
}

extension Value: Hashable {
    /// Whether both mean the same. An integer equals a double of the same mathematical value (YAML's and JSON's `1`
    /// and `1.0` are one number); NaN equals NaN, so that a value always equals itself.
    public static func == (left: Value, right: Value) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.integer(let a), .integer(let b)): a == b
        case (.bigInteger(let a), .bigInteger(let b)): a == b
        case (.double(let a), .double(let b)): a == b || (a.isNaN && b.isNaN)
        case (.integer(let a), .double(let b)), (.double(let b), .integer(let a)): Int(exactly: b) == a
        case (.string(let a), .string(let b)): ExactString(a) == ExactString(b)
        case (.sequence(let a), .sequence(let b)): a == b
        case (.mapping(let a), .mapping(let b)): a == b
        default: false
        }
    }

    /// Hashes what equality compares.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(UInt8(0))
        case .bool(let bool): combine(1, bool, into: &hasher)
        case .integer(let integer): combine(2, integer, into: &hasher)
        case .bigInteger(let digits): combine(3, digits, into: &hasher)
        case .double(let double):
            // As an integer of the same number, which it equals.
            if let integer = Int(exactly: double) {
                combine(2, integer, into: &hasher)
            } else {
                combine(4, double.isNaN ? .nan : double, into: &hasher)
            }
        case .string(let string): combine(5, string, into: &hasher)
        case .sequence(let items): combine(6, items, into: &hasher)
        case .mapping(let mapping): combine(7, mapping, into: &hasher)
        }
    }

    private func combine(_ kind: UInt8, _ content: some Hashable, into hasher: inout Hasher) {
        hasher.combine(kind)
        hasher.combine(content)
    }
}

extension Value: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// Null.
    public init(nilLiteral: ()) { self = .null }
    /// A truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// An integer.
    public init(integerLiteral value: Int) { self = .integer(value) }
    /// A double.
    public init(floatLiteral value: Double) { self = .double(value) }
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A sequence.
    public init(arrayLiteral elements: Value...) { self = .sequence(elements) }
    /// A mapping, in the order of the literal.
    public init(dictionaryLiteral elements: (String, Value)...) { self = .mapping(ValueMapping(elements)) }
}

extension Value {
    /// The string, where this is one.
    public var string: String? {
        guard case .string(let string) = self else { return nil }
        return string
    }

    /// The truth value, where this is one.
    public var bool: Bool? {
        guard case .bool(let bool) = self else { return nil }
        return bool
    }

    /// The number as an integer, where it is one exactly.
    public var integer: Int? {
        switch self {
        case .integer(let integer): integer
        case .double(let double): Int(exactly: double)
        default: nil
        }
    }

    /// The items, where this is a sequence.
    public var items: [Value]? {
        guard case .sequence(let items) = self else { return nil }
        return items
    }

    /// The entries, where this is a mapping.
    public var mapping: ValueMapping? {
        guard case .mapping(let mapping) = self else { return nil }
        return mapping
    }

    /// The value at `key`, where this is a mapping that has it. Setting turns anything but a mapping into one.
    public subscript(key: String) -> Value? {
        get { mapping?[key] }
        set {
            var mapping = self.mapping ?? ValueMapping()
            mapping[key] = newValue
            self = .mapping(mapping)
        }
    }
}
