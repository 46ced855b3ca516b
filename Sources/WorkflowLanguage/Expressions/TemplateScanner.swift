import DocumentTree

/// Cuts a text at its expressions.
struct TemplateScanner {
    private let text: String
    private let bytes: [UInt8]
    private let allowsBareBraces: Bool
    private var index = 0

    init(_ text: String, allowsBareBraces: Bool) {
        self.text = text
        self.allowsBareBraces = allowsBareBraces
        bytes = Array(text.utf8)
    }

    /// All parts of the text.
    mutating func parts() throws(ExpressionError) -> [Template.Part] {
        var parts: [Template.Part] = []
        var textStart = 0
        while index < bytes.count {
            guard let length = openingLength else {
                index += 1
                continue
            }
            if textStart < index { parts.append(.text(string(textStart..<index))) }
            parts.append(.expression(try expression(openingLength: length)))
            textStart = index
        }
        if textStart < bytes.count { parts.append(.text(string(textStart..<bytes.count))) }
        return parts
    }

    /// The length of the `${{` or `{{` at the index; nil where there is none.
    private var openingLength: Int? {
        if matches("${{") { return 3 }
        return allowsBareBraces && matches("{{") ? 2 : nil
    }

    /// The expression at the index, which moves behind its `}}`.
    private mutating func expression(openingLength: Int) throws(ExpressionError) -> Expression {
        let opening = index
        index += openingLength
        let start = index
        var isQuoted = false
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "'") { isQuoted.toggle() }
            if !isQuoted, matches("}}") {
                let inside = start..<index
                index += 2
                return try parse(inside)
            }
            index += 1
        }
        let what = allowsBareBraces && openingLength == 2 ? "{{" : "${{"
        throw ExpressionError(
            text, at: opening, "the `\(what)` that opens here is never closed",
            hint: "close it with `}}`; to write the characters themselves, write ${{ '\(what)' }}")
    }

    private func parse(_ inside: Range<Int>) throws(ExpressionError) -> Expression {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
        let start = inside.lowerBound + bytes[inside].prefix(while: isSpace).count
        let end = inside.upperBound - bytes[start..<inside.upperBound].reversed().prefix(while: isSpace).count
        do {
            var expression = try Expression.parse(string(start..<max(start, end)))
            expression.offset = start
            return expression
        } catch {
            throw ExpressionError(text, at: start + error.position.offset, error.message, hint: error.hint)
        }
    }

    private func matches(_ word: String) -> Bool { bytes[index...].starts(with: word.utf8) }

    private func string(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}
