/// Rows of comma-separated values.
///
/// Source: RFC 4180: lines end in CR LF; what holds the separator, a quote or a line break stands in quotes, a quote twice.
public enum CSVText {
    /// A row with its line break.
    ///
    /// - Parameter separator: one character of ASCII.
    public static func row(_ cells: [String], separator: Unicode.Scalar = ",") -> String {
        cells.map { quoted($0, separator) }.joined(separator: String(separator)) + "\r\n"
    }

    /// A text from elsewhere for a table that people read on a terminal or open in a spreadsheet: control characters but line feeds and
    /// tabs are escaped, as in whatever else is printed, and what would be taken for a formula gets an apostrophe in front.
    ///
    /// Source: OWASP, "CSV Injection".
    public static func guarded(_ text: String) -> String {
        let text = PrintableText.escape(text, keepsLines: true, keepsTabs: true)
        guard let first = text.unicodeScalars.first, "=+-@\t\n".unicodeScalars.contains(first) else { return text }
        return "'" + text
    }

    private static func quoted(_ text: String, _ separator: Unicode.Scalar) -> String {
        let needsQuotes = text.unicodeScalars.contains { $0 == separator || $0 == "\"" || $0 == "\r" || $0 == "\n" }
        return needsQuotes ? "\"" + text.replacingScalars(["\"": "\"\""]) + "\"" : text
    }
}
