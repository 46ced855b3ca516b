internal import DocumentTree

/// Finds secrets in what steps print, also where they are encoded, and puts `***` in their place.
public struct SecretMask: Sendable {
    /// What stands in the place of a secret.
    static let replacement = Array("***".utf8)
    /// Encodings of secrets of fewer bytes are not looked for: their few characters stand in any text.
    public static let shortestEncoded = 4

    /// Base64 of longer secrets is looked for only without line breaks: each place where one may stand makes a pattern.
    private static let longestWrapped = 16 << 10

    /// What is looked for; nil where there are no secrets.
    let search: PatternSearch?

    /// A mask for these secrets: as they are, line by line where they have several, the pieces of an address that may be shown by
    /// themselves, percent-encoded, as strings of JSON have
    /// them (also of JSON within JSON), and in base64 (at any position within a longer text, with and without line breaks). Empty ones and line breaks
    /// alone are left aside.
    public init(secrets: some Sequence<String>) {
        var patterns: Set<PatternSearch.Pattern> = []
        for secret in secrets {
            let lines = secret.split(whereSeparator: \.isNewline).map { Array($0.utf8) }
            let pieces = AddressPieces.secrets(of: secret).map { Array($0.utf8) }
            for part in lines + pieces + [Array(secret.utf8)] where part.contains(where: { $0 > 32 }) {
                patterns.insert(.init(bytes: part))
                guard part.count >= Self.shortestEncoded else { continue }
                patterns.insert(.init(bytes: part, spelling: .percent))
                patterns.insert(.init(bytes: part, spelling: .json))
                // JSON within a string of JSON.
                patterns.insert(.init(bytes: Self.quoted(part), spelling: .json))
                for form in Self.base64Forms(of: part) { patterns.insert(.init(bytes: form)) }
                guard part.count == secret.utf8.count, part.count <= Self.longestWrapped else { continue }
                for form in Self.wrappedForms(of: part) { patterns.insert(.init(bytes: form)) }
            }
        }
        search = patterns.isEmpty ? nil : PatternSearch(patterns)
    }

    /// Whether there is nothing to look for.
    public var isEmpty: Bool { search == nil }

    /// The text without its secrets.
    public func masked(_ text: String) -> String {
        guard !isEmpty else { return text }
        var stream = MaskedStream(self)
        return String(decoding: stream.take(Array(text.utf8)) + stream.finish(), as: UTF8.self)
    }

    /// The values without secrets in any of their texts, also in names.
    func masked(_ values: ValueMapping) -> ValueMapping {
        guard !isEmpty else { return values }
        return ValueMapping(values.entries.map { (masked($0.key), masked($0.value)) })
    }

    /// The value without secrets in any of its texts, also in names. A number that shows one becomes a text.
    func masked(_ value: Value) -> Value {
        guard !isEmpty else { return value }
        switch value {
        case .string(let text): return .string(masked(text))
        case .sequence(let items): return .sequence(items.map(masked))
        case .mapping(let mapping): return .mapping(masked(mapping))
        case .integer, .bigInteger, .double:
            let text = value.canonicalText
            guard text.utf8.count >= Self.shortestEncoded else { return value }
            let shown = masked(text)
            return shown == text ? value : .string(shown)
        case .null, .bool: return value
        }
    }

    /// The same of values whose own names stand in the definition: those stay.
    func maskedValues(of values: ValueMapping) -> ValueMapping {
        guard !isEmpty else { return values }
        return ValueMapping(values.entries.map { ($0.key, masked($0.value)) })
    }

    /// The parameters of a step without secrets in any of their texts.
    func withoutSecrets(_ parameters: Value) -> Value {
        guard case .mapping(let mapping) = parameters else { return masked(parameters) }
        return .mapping(maskedValues(of: mapping))
    }

    /// The bytes as a string of JSON has them that escapes no more than it must.
    private static func quoted(_ bytes: [UInt8]) -> [UInt8] {
        Array(Value.string(String(decoding: bytes, as: UTF8.self)).canonicalText.utf8.dropFirst().dropLast())
    }

    /// The three ways in which the bytes can stand within a base64 text; in both alphabets of RFC 4648.
    private static func base64Forms(of bytes: [UInt8]) -> [[UInt8]] {
        (0..<3).flatMap { offset -> [[UInt8]] in
            let form = base64Form(of: bytes, behind: offset)
            let urlForm = form.map { byte in
                switch byte {
                case UInt8(ascii: "+"): UInt8(ascii: "-")
                case UInt8(ascii: "/"): UInt8(ascii: "_")
                default: byte
                }
            }
            return [form, urlForm]
        }
    }

    /// The ways in which the bytes can stand within a base64 text whose lines have 76 characters, as base64(1) and MIME
    /// write them, or 64, as in PEM: where a line ends depends on how many bytes stand before. Those without a line break
    /// are left out.
    private static func wrappedForms(of bytes: [UInt8]) -> [[UInt8]] {
        let forms = (0..<3).map { base64Form(of: bytes, behind: $0) }
        return [76, 64].flatMap { width in
            (0..<(width / 4 * 3)).compactMap { before -> [UInt8]? in
                let form = forms[before % 3]
                let first = width - charactersTouched(by: before) % width
                guard form.count > first else { return nil }
                var wrapped = Array(form[..<first])
                for start in stride(from: first, to: form.count, by: width) {
                    wrapped.append(UInt8(ascii: "\n"))
                    wrapped += form[start..<min(start + width, form.count)]
                }
                return wrapped
            }
        }
    }

    /// How the bytes stand within a base64 text behind so many others, of which only the rest of a division by three
    /// matters; without the characters that their neighbours have a part in.
    private static func base64Form(of bytes: [UInt8], behind count: Int) -> [UInt8] {
        let encoded = base64([UInt8](repeating: 0, count: count) + bytes)
        return Array(encoded[charactersTouched(by: count)..<((count + bytes.count) * 8 / 6)])
    }

    /// How many characters of base64 so many bytes have a part in.
    private static func charactersTouched(by count: Int) -> Int { (count * 8 + 5) / 6 }

    private static func base64(_ bytes: [UInt8]) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var encoded: [UInt8] = []
        var (pending, count) = (0, 0)
        for byte in bytes {
            pending = pending << 8 | Int(byte)
            count += 8
            while count >= 6 {
                count -= 6
                encoded.append(alphabet[pending >> count & 63])
            }
            pending &= 1 << count - 1
        }
        return encoded
    }
}
