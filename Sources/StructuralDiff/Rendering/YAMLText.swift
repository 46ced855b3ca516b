import DocumentTree

/// Values as a person writes them in YAML, for display.
enum YAMLText {
    /// The lines of a value in block style; a scalar is one line, or more for a text of several lines.
    static func lines(of value: Value) -> [String] {
        switch value {
        case .mapping(let mapping) where !mapping.isEmpty: mapping.entries.flatMap(entryLines)
        case .sequence(let items) where !items.isEmpty: items.flatMap { nested($0, behind: "- ") }
        case .string(let string) where string.utf8.contains(UInt8(ascii: "\n")): literal(string)
        default: [inline(value)]
        }
    }

    /// A value in one line; collections in flow style.
    static func inline(_ value: Value, isInFlow: Bool = false) -> String {
        switch value {
        case .string(let string): scalar(string, isInFlow: isInFlow)
        case .sequence(let items): "[" + items.map { inline($0, isInFlow: true) }.joined(separator: ", ") + "]"
        case .mapping(let mapping):
            "{"
                + mapping.entries.map { key, value in
                    "\(scalar(key, isInFlow: true)): \(inline(value, isInFlow: true))"
                }.joined(separator: ", ") + "}"
        default: value.plainYAML ?? ""
        }
    }

    private static func entryLines(_ key: String, _ value: Value) -> [String] {
        let head = scalar(key) + ":"
        switch value {
        case .mapping(let mapping) where !mapping.isEmpty: return [head] + lines(of: value).map { "  " + $0 }
        case .sequence(let items) where !items.isEmpty: return [head] + lines(of: value).map { "  " + $0 }
        default:
            let own = lines(of: value)
            return ["\(head) \(own.first ?? "")"] + own.dropFirst().map { $0.isEmpty ? "" : "  " + $0 }
        }
    }

    private static func nested(_ value: Value, behind mark: String) -> [String] {
        lines(of: value).enumerated().map { index, line in
            index == 0 ? mark + line : line.isEmpty ? "" : "  " + line
        }
    }

    private static func literal(_ string: String) -> [String] {
        let parts = string.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let head = string.hasSuffix("\n") ? "|" : "|-"
        return [head] + (string.hasSuffix("\n") ? parts.dropLast() : parts[...]).map { $0.isEmpty ? "" : "  " + $0 }
    }

    /// A text plain where it can stand plain, in double quotes else.
    private static func scalar(_ string: String, isInFlow: Bool = false) -> String {
        let hasIndicator = isInFlow && string.utf8.contains { ",[]{}".utf8.contains($0) }
        if isPlain(string), !hasIndicator { return string }
        return (try? Value.string(string).json()) ?? string
    }

    private static func isPlain(_ string: String) -> Bool {
        guard let first = string.utf8.first, let last = string.utf8.last, first > 0x20, last > 0x20,
            case .string = Value(plainScalar: string)
        else { return false }
        // `-` starts an item, `{` a mapping and so on; inside, `: ` makes a key and ` #` a comment.
        let isIndicator = "-?:,[]{}#&*!|>'\"%@`".utf8.contains(first)
        return !isIndicator && last != UInt8(ascii: ":") && !string.contains(": ") && !string.contains(" #")
            && !string.utf8.contains { $0 < 0x20 || $0 == 0x7F }
    }
}
