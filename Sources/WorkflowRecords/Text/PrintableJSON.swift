internal import DocumentTree

/// JSON on one line in which every character that is unsafe to print is an escape: no note can act on a terminal that
/// shows it.
enum PrintableJSON {
    /// The value; NaN and the infinities, which JSON does not have, become strings.
    static func text(of value: Value) throws(DocumentError) -> String {
        String(decoding: try bytes(of: value), as: UTF8.self)
    }

    /// The same in UTF-8.
    static func bytes(of value: Value) throws(DocumentError) -> [UInt8] {
        let bytes = try value.jsonBytes(JSONFormat(nonFinite: .string))
        // JSON escapes C0 and DEL, and outside strings all is ASCII.
        guard bytes.contains(where: { $0 >= 0x80 }) else { return bytes }
        return Array(escaped(String(decoding: bytes, as: UTF8.self)).utf8)
    }

    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { escaped, scalar in
            guard PrintableText.isUnsafe(scalar) else {
                escaped.unicodeScalars.append(scalar)
                return
            }
            for unit in UTF16.encode(scalar) ?? .init() {
                let digits = String(unit, radix: 16)
                escaped += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            }
        }
    }
}
