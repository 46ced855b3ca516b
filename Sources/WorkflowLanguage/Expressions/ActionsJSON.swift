import DocumentTree

/// JSON as the function `toJSON` writes it: two spaces a level, numbers in 15 digits (whole ones from outside in all of them), NaN and the infinities bare.
enum ActionsJSON {
    static func write(_ operand: Operand) -> String {
        var text = ""
        write(operand, to: &text, level: 0)
        return text
    }

    private static func write(_ operand: Operand, to text: inout String, level: Int) {
        switch operand {
        case .null: text += "null"
        case .bool, .number, .whole: text += operand.text
        case .string(let string): writeString(string, to: &text)
        case .collection(let collection):
            switch collection.content {
            case .object(let mapping):
                writeList(mapping.entries, in: ("{", "}"), to: &text, level: level) { entry, text in
                    writeString(entry.key, to: &text)
                    text += ": "
                    write(Operand(entry.value), to: &text, level: level + 1)
                }
            case .array(let values):
                writeList(values, in: ("[", "]"), to: &text, level: level) { value, text in
                    write(Operand(value), to: &text, level: level + 1)
                }
            case .filtered(let operands):
                writeList(operands, in: ("[", "]"), to: &text, level: level) { operand, text in
                    write(operand, to: &text, level: level + 1)
                }
            }
        }
    }

    private static func writeList<Item>(
        _ items: [Item], in brackets: (String, String), to text: inout String, level: Int,
        item: (Item, inout String) -> Void
    ) {
        text += brackets.0
        for (index, element) in items.enumerated() {
            text += index == 0 ? "\n" : ",\n"
            text += String(repeating: "  ", count: level + 1)
            item(element, &text)
        }
        if !items.isEmpty { text += "\n" + String(repeating: "  ", count: level) }
        text += brackets.1
    }

    private static func writeString(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{8}": text += "\\b"
            case "\u{C}": text += "\\f"
            case "\0"..<" ", "\u{85}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
