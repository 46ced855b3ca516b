internal import DocumentTree

/// Reads the keys of one object of a record, and says which one is wrong.
struct RecordReader {
    private let mapping: ValueMapping
    /// Where the object stands in the document, for errors: `steps[2].`, empty at the top.
    private let path: String

    init(_ value: Value) {
        self.init(value.mapping ?? ValueMapping(), path: "")
    }

    private init(_ mapping: ValueMapping, path: String) {
        self.mapping = mapping
        self.path = path
    }

    func string(_ key: String) throws(EngineError) -> String { try require(key, "a string", mapping[key]?.string) }

    func integer(_ key: String) throws(EngineError) -> Int { try require(key, "an integer", mapping[key]?.integer) }

    /// A number of bytes, up to a pebibyte: whoever may write notes may claim any, and sums of these stay far from the largest number.
    func byteCount(_ key: String) throws(EngineError) -> Int {
        let count = try integer(key)
        return try require(key, "a number of bytes", (0...1 << 50).contains(count) ? count : nil)
    }

    func bool(_ key: String) throws(EngineError) -> Bool { try require(key, "true or false", mapping[key]?.bool) }

    /// Whether the key is there, whatever it holds.
    func has(_ key: String) -> Bool { mapping[key] != nil }

    /// What the key holds; null where it is not there.
    func value(_ key: String) -> Value { mapping[key] ?? .null }

    func strings(_ key: String) throws(EngineError) -> [String] {
        let items = try require(key, "an array", mapping[key]?.items)
        var strings: [String] = []
        for item in items { strings.append(try require(key, "an array of strings", item.string)) }
        return strings
    }

    func mapping(_ key: String) throws(EngineError) -> ValueMapping {
        try require(key, "an object", mapping[key]?.mapping)
    }

    /// A string that `parse` accepts.
    func parsed<T>(_ key: String, _ parse: (String) -> T?) throws(EngineError) -> T {
        let text = try string(key)
        guard let parsed = parse(text) else {
            throw EngineError(.malformed, "\"\(path)\(key)\" has the unknown value \"\(text)\"", object: "run record")
        }
        return parsed
    }

    func object(_ key: String) throws(EngineError) -> RecordReader {
        RecordReader(try mapping(key), path: "\(path)\(key).")
    }

    func objects(_ key: String) throws(EngineError) -> [RecordReader] {
        let items = try require(key, "an array", mapping[key]?.items)
        var readers: [RecordReader] = []
        for (position, item) in items.enumerated() {
            let object = try require("\(key)[\(position)]", "an object", item.mapping)
            readers.append(RecordReader(object, path: "\(path)\(key)[\(position)]."))
        }
        return readers
    }

    func optionalString(_ key: String) throws(EngineError) -> String? {
        isAbsent(key) ? nil : try string(key)
    }

    func optionalInteger(_ key: String) throws(EngineError) -> Int? {
        isAbsent(key) ? nil : try integer(key)
    }

    /// Milliseconds, at most what lies between two moments of years of four digits: records come from others, too.
    func optionalDuration(_ key: String) throws(EngineError) -> Duration? {
        guard let milliseconds = try optionalInteger(key) else { return nil }
        return try require(
            key, "a duration in milliseconds",
            milliseconds.magnitude <= 10_000 * 366 * 86_400_000 ? .milliseconds(milliseconds) : nil)
    }

    func optionalObject(_ key: String) throws(EngineError) -> RecordReader? {
        isAbsent(key) ? nil : try object(key)
    }

    func optionalParsed<T>(_ key: String, _ parse: (String) -> T?) throws(EngineError) -> T? {
        isAbsent(key) ? nil : try parsed(key, parse)
    }

    private func isAbsent(_ key: String) -> Bool {
        guard let value = mapping[key] else { return true }
        return value == .null
    }

    private func require<T>(_ key: String, _ form: String, _ found: T?) throws(EngineError) -> T {
        guard let found else {
            throw EngineError(.malformed, "\"\(path)\(key)\" is not \(form)", object: "run record")
        }
        return found
    }
}

extension Value {
    init(_ string: String?) { self = string.map { .string($0) } ?? .null }

    init(_ timestamp: Timestamp?) { self = timestamp.map { .string($0.description) } ?? .null }

    init(_ duration: Duration?) { self = duration.map { .integer($0.wholeMilliseconds) } ?? .null }
}
