/// The entries of a mapping, in the order in which they were written, each key once.
public struct ValueMapping: Sendable {
    /// A key and its value.
    public typealias Entry = (key: String, value: Value)

    /// The number of entries from which on an index is worth its memory.
    private static let indexedCount = 20

    /// The entries in written order.
    public private(set) var entries: [Entry] = []
    /// Where the entry of a key is, where there are many.
    private var index: [ExactString: Int] = [:]

    /// An empty mapping.
    public init() {}

    /// A mapping of `entries` in their order; a later entry replaces the value of an earlier one of the same key.
    public init(_ entries: some Sequence<(String, Value)>) {
        for (key, value) in entries { self[key] = value }
    }

    /// The number of entries.
    public var count: Int { entries.count }

    /// Whether there are no entries.
    public var isEmpty: Bool { entries.isEmpty }

    /// The keys in written order.
    public var keys: [String] { entries.map(\.key) }

    /// The value of `key`. Setting a new key appends it; setting nil removes it (in time linear in the entries).
    public subscript(key: String) -> Value? {
        get { position(of: key).map { entries[$0].value } }
        set {
            switch (position(of: key), newValue) {
            case (let position?, let value?): entries[position].value = value
            case (let position?, nil): remove(at: position)
            case (nil, let value?): append((key, value))
            case (nil, nil): break
            }
        }
    }

    /// Changes the value of `key` in place and returns what `body` returns; nil, without calling it, where there is no
    /// such key.
    public mutating func update<Result>(_ key: String, _ body: (inout Value) -> Result) -> Result? {
        position(of: key).map { body(&entries[$0].value) }
    }

    /// Makes room for `count` entries.
    public mutating func reserveCapacity(_ count: Int) { entries.reserveCapacity(count) }

    private func position(of key: String) -> Int? {
        if entries.count >= Self.indexedCount { return index[ExactString(key)] }
        return entries.firstIndex { ExactString($0.key) == ExactString(key) }
    }

    private mutating func append(_ entry: Entry) {
        entries.append(entry)
        if entries.count > Self.indexedCount {
            index[ExactString(entry.key)] = entries.count - 1
        } else if entries.count == Self.indexedCount {
            makeIndex()
        }
    }

    private mutating func remove(at position: Int) {
        entries.remove(at: position)
        makeIndex()
    }

    private mutating func makeIndex() {
        index = [:]
        guard entries.count >= Self.indexedCount else { return }
        for (position, entry) in entries.enumerated() { index[ExactString(entry.key)] = position }
    }
}

extension ValueMapping: Hashable {
    /// Whether both have the same keys with equal values, in any order.
    public static func == (left: ValueMapping, right: ValueMapping) -> Bool {
        left.count == right.count && left.entries.allSatisfy { right[$0.key] == $0.value }
    }

    /// Hashes what equality compares.
    public func hash(into hasher: inout Hasher) {
        // The order of entries must not matter.
        var sum = 0
        for (key, value) in entries {
            var own = Hasher()
            own.combine(key)
            own.combine(value)
            sum &+= own.finalize()
        }
        hasher.combine(sum)
    }
}

extension ValueMapping: ExpressibleByDictionaryLiteral {
    /// The entries of a literal, in its order.
    public init(dictionaryLiteral elements: (String, Value)...) { self.init(elements) }
}
