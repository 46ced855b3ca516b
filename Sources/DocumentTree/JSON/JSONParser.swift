/// What a parser of JSON makes of what it reads.
protocol JSONBuilder {
    /// What stands for a value.
    associatedtype Product
    /// What stands for a key, value pair.
    associatedtype Entry

    /// A scalar in the text's `bytes`; `isQuoted` where it is a string.
    mutating func scalar(_ value: Value, text: String, isQuoted: Bool, bytes: Range<Int>) -> Product
    /// An array in the text's `bytes`.
    mutating func array(_ items: [Product], bytes: Range<Int>) -> Product
    /// An entry of an object, its key in the text's `keyBytes`.
    mutating func entry(key: String, keyBytes: Range<Int>, value: Product) -> Entry
    /// An object in the text's `bytes`.
    mutating func object(_ entries: [Entry], bytes: Range<Int>) -> Product
}

/// What becomes of a key that is twice in an object, of which RFC 8259 says only that readers differ.
public enum RepeatedKey: Sendable {
    /// It is an error.
    case refused
    /// The last value counts, as for most readers.
    case replaces
}

/// A strict parser of JSON.
///
/// Source: RFC 8259. Stricter than it has to be in that a number must be within the range of a double or an integer.
struct JSONParser<Builder: JSONBuilder> {
    private let text: SourceText
    private let limits: ParseLimits
    private let repeatedKey: RepeatedKey
    private var builder: Builder
    private var index: Int
    private var depth = 0
    private var nodeCount = 0

    init(_ text: SourceText, limits: ParseLimits, repeatedKey: RepeatedKey = .refused, builder: Builder) {
        self.text = text
        self.limits = limits
        self.repeatedKey = repeatedKey
        self.builder = builder
        index = text.start
    }

    /// Parses the whole text.
    mutating func parse() throws(DocumentError) -> Builder.Product {
        skipSpace()
        let product = try value()
        skipSpace()
        if index < text.bytes.count { throw unexpected("the end of the file") }
        return product
    }

    private mutating func value() throws(DocumentError) -> Builder.Product {
        nodeCount += 1
        if nodeCount > limits.maximumNodes {
            throw fault(.limit, "the document has more than \(limits.maximumNodes) nodes")
        }
        let start = index
        switch byte {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""):
            let string = try string()
            return scalar(.string(string), text: string, isQuoted: true, from: start)
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default:
            guard let (number, end) = JSONNumber.parse(text.bytes, at: index) else { throw unexpected("a value") }
            if case .double(let double) = number, !double.isFinite { throw fault(.limit, "this number is too large") }
            index = end
            return scalar(number, text: text.string(start..<end), isQuoted: false, from: start)
        }
    }

    private mutating func scalar(_ value: Value, text: String, isQuoted: Bool, from start: Int) -> Builder.Product {
        let bytes = start..<index
        return builder.scalar(value, text: text, isQuoted: isQuoted, bytes: bytes)
    }

    private mutating func word(_ word: String, _ value: Value) throws(DocumentError) -> Builder.Product {
        let start = index
        guard text.bytes[start...].starts(with: word.utf8) else { throw unexpected("a value") }
        index += word.utf8.count
        return scalar(value, text: word, isQuoted: false, from: start)
    }

    private mutating func array() throws(DocumentError) -> Builder.Product {
        let start = index
        try open()
        var items: [Builder.Product] = []
        if !take(UInt8(ascii: "]")) {
            repeat {
                skipSpace()
                items.append(try value())
                skipSpace()
            } while take(UInt8(ascii: ","))
            guard take(UInt8(ascii: "]")) else { throw unexpected("`,` or `]`") }
        }
        depth -= 1
        let bytes = start..<index
        return builder.array(items, bytes: bytes)
    }

    private mutating func object() throws(DocumentError) -> Builder.Product {
        let start = index
        try open()
        var entries: [Builder.Entry] = []
        var keys: Set<ExactString> = []
        if !take(UInt8(ascii: "}")) {
            repeat {
                skipSpace()
                guard byte == UInt8(ascii: "\"") else { throw unexpected("a key in double quotes") }
                let keyStart = index
                let key = try string()
                let keyBytes = keyStart..<index
                guard keys.insert(ExactString(key)).inserted || repeatedKey == .replaces else {
                    throw fault(.duplicateKey, "the key `\(key)` is twice in this object", at: keyStart)
                }
                skipSpace()
                guard take(UInt8(ascii: ":")) else { throw unexpected("`:`") }
                skipSpace()
                let value = try value()
                entries.append(builder.entry(key: key, keyBytes: keyBytes, value: value))
                skipSpace()
            } while take(UInt8(ascii: ","))
            guard take(UInt8(ascii: "}")) else { throw unexpected("`,` or `}`") }
        }
        depth -= 1
        let bytes = start..<index
        return builder.object(entries, bytes: bytes)
    }

    /// Steps over an opening bracket and the white space behind it.
    private mutating func open() throws(DocumentError) {
        depth += 1
        if depth > limits.maximumDepth {
            throw fault(.limit, "collections are nested more than \(limits.maximumDepth) deep")
        }
        index += 1
        skipSpace()
    }

    private mutating func string() throws(DocumentError) -> String {
        let start = index
        index += 1
        var run = index
        var unescaped: [UInt8] = []
        while let byte {
            switch byte {
            case UInt8(ascii: "\""):
                defer { index += 1 }
                if unescaped.isEmpty { return text.string(run..<index) }
                unescaped += text.bytes[run..<index]
                return String(decoding: unescaped, as: UTF8.self)
            case UInt8(ascii: "\\"):
                unescaped += text.bytes[run..<index]
                try escape(into: &unescaped)
                run = index
            case 0..<0x20:
                throw fault(.encoding, "a control character must be written as an escape", at: index)
            default:
                index += 1
            }
        }
        throw fault(.syntax, "the string that starts here is never closed", at: start)
    }

    private mutating func escape(into result: inout [UInt8]) throws(DocumentError) {
        let start = index
        index += 1
        guard let character = byte else { return }
        index += 1
        switch character {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(character)
        case UInt8(ascii: "b"): result.append(0x08)
        case UInt8(ascii: "f"): result.append(0x0C)
        case UInt8(ascii: "n"): result.append(0x0A)
        case UInt8(ascii: "r"): result.append(0x0D)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "u"):
            guard let scalar = unicodeEscape() else {
                throw fault(.syntax, "`\\u` needs four hexadecimal digits, and surrogates come in pairs", at: start)
            }
            result += Array(String(Character(scalar)).utf8)
        default: throw fault(.syntax, "no such escape in JSON", at: start)
        }
    }

    /// The code point behind `\u`; two escapes where they are a pair of surrogates.
    private mutating func unicodeEscape() -> UnicodeScalar? {
        guard let first = hexDigits() else { return nil }
        guard (0xD800..<0xDC00).contains(first) else { return UnicodeScalar(first) }
        guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")), let second = hexDigits(),
            (0xDC00..<0xE000).contains(second)
        else { return nil }
        return UnicodeScalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    }

    private mutating func hexDigits() -> UInt32? {
        var number: UInt32 = 0
        for _ in 0..<4 {
            guard let byte, let digit = Character(UnicodeScalar(byte)).hexDigitValue else { return nil }
            number = number << 4 + UInt32(digit)
            index += 1
        }
        return number
    }

    /// The byte at the index; nil at the end.
    private var byte: UInt8? { index < text.bytes.count ? text.bytes[index] : nil }

    private mutating func take(_ expected: UInt8) -> Bool {
        guard byte == expected else { return false }
        index += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    private func unexpected(_ expected: String) -> DocumentError {
        guard let byte else { return fault(.syntax, "the file ends where \(expected) is expected") }
        let character = text.string(index..<(index + 4)).unicodeScalars.first ?? " "
        let found = byte < 0x20 ? "a control character" : "`\(character)`"
        return fault(.syntax, "expected \(expected), found \(found)")
    }

    private func fault(_ code: DocumentError.Code, _ message: String, at offset: Int? = nil) -> DocumentError {
        DocumentError(code, name: text.name, position: text.position(of: offset ?? index), message: message)
    }
}
