/// Text from elsewhere, made safe to print: no document, name or message may steer the terminal that shows it.
public enum PrintableText {
    /// The text with an escape (`\n`, `\u{1B}`) for every character that ``isUnsafe(_:)``.
    ///
    /// - Parameters:
    ///   - keepsLines: whether line feeds stay as they are.
    ///   - keepsTabs: whether tabs stay as they are.
    public static func escape(_ text: String, keepsLines: Bool = false, keepsTabs: Bool = false) -> String {
        func isKept(_ scalar: Unicode.Scalar) -> Bool {
            !isUnsafe(scalar) || keepsLines && scalar == "\n" || keepsTabs && scalar == "\t"
        }
        guard !text.unicodeScalars.allSatisfy(isKept) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case _ where isKept(scalar): result.unicodeScalars.append(scalar)
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            default: result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            }
        }
        return result
    }

    /// Whether a terminal may obey the character, or a reader be deceived by it: controls (C0, DEL and C1), and what
    /// changes the direction of writing ("Trojan Source", CVE-2021-42574), breaks lines or shows nothing.
    public static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0: true
        // Marks and overrides of direction, line and paragraph separators, invisible joiners, the byte order mark.
        case 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x2069, 0xFEFF: true
        // Tags and noncharacters.
        case 0xFFF9...0xFFFB, 0xE0000...0xE007F: true
        default: false
        }
    }
}
