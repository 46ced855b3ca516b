extension Value {
    /// The value as YAML in block style, which reads back as the same value: a string is quoted wherever it would be read as
    /// something else.
    ///
    /// Source: YAML 1.2.2, chapters 7.3 (flow scalars) and 8.2 (block collections).
    public var yaml: String {
        var writer = YAMLWriter()
        writer.write(self, indent: 0, isInline: false)
        return writer.text
    }
}

extension Value {
    /// A null, a boolean or a number as the plain scalar that reads back as it; nil for texts and collections.
    ///
    /// Source: YAML 1.2.2, chapter 10.3 (core schema).
    package var plainYAML: String? {
        switch self {
        case .null: "null"
        case .bool(let bool): bool ? "true" : "false"
        case .integer(let integer): String(integer)
        case .bigInteger(let digits): digits
        case .double(let double):
            double.isNaN ? ".nan" : double.isInfinite ? (double < 0 ? "-.inf" : ".inf") : double.description
        case .string, .sequence, .mapping: nil
        }
    }
}

/// Writes a value as YAML.
private struct YAMLWriter {
    var text = ""

    /// - Parameter isInline: Whether something stands on the line already, such as a key.
    mutating func write(_ value: Value, indent: Int, isInline: Bool) {
        switch value {
        case .sequence(let items) where !items.isEmpty:
            if isInline { text += "\n" }
            for item in items {
                text += String(repeating: " ", count: indent) + "-"
                writeBehind(item, indent: indent + 2)
            }
        case .mapping(let mapping) where !mapping.isEmpty:
            if isInline { text += "\n" }
            for (key, value) in mapping.entries {
                text += String(repeating: " ", count: indent) + Self.scalar(key) + ":"
                writeBehind(value, indent: indent + 2)
            }
        default: text += (isInline ? " " : "") + Self.scalar(value) + "\n"
        }
    }

    private mutating func writeBehind(_ value: Value, indent: Int) { write(value, indent: indent, isInline: true) }

    private static func scalar(_ value: Value) -> String {
        switch value {
        case .string(let string): scalar(string)
        case .sequence: "[]"
        case .mapping: "{}"
        default: value.plainYAML ?? ""
        }
    }

    /// A string as a plain scalar where it can only be read as that string; else in double quotes, as JSON has it.
    private static func scalar(_ string: String) -> String {
        if isPlain(string), case .string = CoreSchema.value(ofPlain: string) { return string }
        return (try? Value.string(string).json()) ?? "\"\""
    }

    private static func isPlain(_ string: String) -> Bool {
        guard let first = string.utf8.first, let last = string.utf8.last, string.utf8.count <= 200 else { return false }
        let starts = "-?:,[]{}#&*!|>'\"%@`=~<".utf8
        return !starts.contains(first) && first > 0x20 && last > 0x20 && last != UInt8(ascii: ":")
            && string.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value < 0x7F }
            && !string.contains(": ") && !string.contains(" #") && !["---", "..."].contains(string.prefix(3))
    }
}
