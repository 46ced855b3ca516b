internal import DocumentTree

/// JSON on one line in which every character that is unsafe to print is an escape: no note can act on a terminal that
/// shows it.
enum PrintableJSON {
    /// The value; NaN and the infinities, which JSON does not have, become strings.
    static func text(of value: Value) throws(DocumentError) -> String {
        let text = try value.json(JSONFormat(nonFinite: .string))
        // JSON escapes C0 and DEL, and outside strings all is ASCII.
        guard text.utf8.contains(where: { $0 >= 0x80 }) else { return text }
        return text.unicodeScalars.reduce(into: "") { escaped, scalar in
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
