internal import DocumentTree

/// JSON on one line in which every control character is an escape: no note can act on a terminal that shows it.
enum PrintableJSON {
    /// The value; NaN and the infinities, which JSON does not have, become strings.
    static func text(of value: Value) throws(DocumentError) -> String {
        let text = try value.json(JSONFormat(nonFinite: .string))
        // JSON escapes C0 and DEL. C1 starts with this byte in UTF-8, and outside strings all is ASCII.
        guard text.utf8.contains(0xC2) else { return text }
        return text.unicodeScalars.reduce(into: "") { escaped, scalar in
            if (0x80...0x9F).contains(scalar.value) {
                escaped += "\\u00" + String(scalar.value, radix: 16)
            } else {
                escaped.unicodeScalars.append(scalar)
            }
        }
    }
}
