/// How a text that names something reads once that thing has another name.
///
/// It tells a change that only follows a rename from one that somebody made.
public struct ReferenceRule: Sendable {
    /// The text with every reference to a key of `names` rewritten to its value.
    public let rewrite: @Sendable (_ text: String, _ names: [String: String]) -> String

    /// A rule.
    public init(rewrite: @escaping @Sendable (_ text: String, _ names: [String: String]) -> String) {
        self.rewrite = rewrite
    }

    /// The rule of most workflow languages: a text that is a name refers to it; so does the name in an expression
    /// (`{{ … }}`, `${{ … }}`) as a word behind a dot or in brackets: `steps.load.outputs`, `needs['load']`.
    public static let standard = ReferenceRule { text, names in
        names[text] ?? ExpressionReferences.rewrite(text, names)
    }
}

/// Names in expressions.
private enum ExpressionReferences {
    static func rewrite(_ text: String, _ names: [String: String]) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        var isInside = false
        while index < bytes.count {
            if pair(bytes, index, UInt8(ascii: "{")) {
                isInside = true
            } else if pair(bytes, index, UInt8(ascii: "}")) {
                isInside = false
            }
            let start = index
            while index < bytes.count, isWord(bytes[index]) { index += 1 }
            guard index > start else {
                result.append(bytes[index])
                index += 1
                continue
            }
            let word = String(decoding: bytes[start..<index], as: UTF8.self)
            if isInside, let before = start > 0 ? bytes[start - 1] : nil, isBeforeName(before), let name = names[word] {
                result += name.utf8
            } else {
                result += bytes[start..<index]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func pair(_ bytes: [UInt8], _ index: Int, _ byte: UInt8) -> Bool {
        index + 1 < bytes.count && bytes[index] == byte && bytes[index + 1] == byte
    }

    private static func isBeforeName(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ".") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"")
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), 0x80...:
            true
        default: false
        }
    }
}
