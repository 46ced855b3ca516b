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

/// The entries of a mapping, in the order in which they were written, each key once.
public struct ValueMapping: Sendable {
    /// The keys in written order.
    public private(set) var keys: [String] = []
    private var storage: [String: Value] = [:]

    /// An empty mapping.
    public init() {}

    /// A mapping of `entries` in their order; a later entry replaces the value of an earlier one of the same key.
    public init(_ entries: some Sequence<(String, Value)>) {
        for (key, value) in entries { self[key] = value }
    }

    /// The number of entries.
    public var count: Int { keys.count }

    /// Whether there are no entries.
    public var isEmpty: Bool { keys.isEmpty }

    /// The entries in written order.
    public var entries: [(key: String, value: Value)] {
        keys.compactMap { key in storage[key].map { (key, $0) } }
    }

    /// The value of `key`. Setting a new key appends it; setting nil removes it (in time linear in the entries).
    public subscript(key: String) -> Value? {
        get { storage[key] }
        set {
            let previous = storage.updateOrRemove(newValue, forKey: key)
            switch (previous, newValue) {
            case (nil, .some): keys.append(key)
            case (.some, nil): keys.removeAll { $0 == key }
            default: break
            }
        }
    }
}

extension Dictionary {
    fileprivate mutating func updateOrRemove(_ value: Value?, forKey key: Key) -> Value? {
        guard let value else { return removeValue(forKey: key) }
        return updateValue(value, forKey: key)
    }
}

extension ValueMapping: Hashable {
    public static func == (left: ValueMapping, right: ValueMapping) -> Bool { left.storage == right.storage }

    public func hash(into hasher: inout Hasher) { hasher.combine(storage) }
}

extension ValueMapping: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, Value)...) { self.init(elements) }
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
        case (.string(let a), .string(let b)): a == b
        case (.sequence(let a), .sequence(let b)): a == b
        case (.mapping(let a), .mapping(let b)): a == b
        default: false
        }
    }

    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let bool): hasher.combine(bool)
        case .integer(let integer): hasher.combine(integer)
        case .bigInteger(let digits): hasher.combine(digits)
        case .double(let double):
            if let integer = Int(exactly: double) {
                hasher.combine(integer)
            } else {
                hasher.combine(double.isNaN ? .nan : double)
            }
        case .string(let string): hasher.combine(string)
        case .sequence(let items): hasher.combine(items)
        case .mapping(let mapping): hasher.combine(mapping)
        }
    }
}

extension Value: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(nilLiteral: ()) { self = .null }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .double(value) }
    public init(stringLiteral value: String) { self = .string(value) }
    public init(arrayLiteral elements: Value...) { self = .sequence(elements) }
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
