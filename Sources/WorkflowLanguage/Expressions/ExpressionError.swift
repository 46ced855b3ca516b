public import DocumentTree

/// Why an expression can't be parsed or evaluated.
public struct ExpressionError: Error, Hashable, Sendable {
    /// Where in the expression the fault is; line and column count from 1 at the expression's first character.
    public var position: SourcePosition
    /// What is wrong, without the place.
    public var message: String
    /// What to do about it, where there is something to say.
    public var hint: String?

    /// A fault at `position`.
    public init(position: SourcePosition, message: String, hint: String? = nil) {
        self.position = position
        self.message = message
        self.hint = hint
    }

    /// A fault at the UTF-8 `offset` of `source`.
    init(_ source: String, at offset: Int, _ message: String, hint: String? = nil) {
        self.init(position: SourcePosition(offset: offset, in: source), message: message, hint: hint)
    }
}

extension ExpressionError: CustomStringConvertible {
    /// `line:column: message — hint`.
    public var description: String {
        let first = "\(position): \(message)"
        return hint.map { "\(first) — \($0)" } ?? first
    }
}

extension SourcePosition {
    /// The place of the UTF-8 `offset` in `text`.
    init(offset: Int, in text: String) {
        var line = 1
        var column = 1
        var passed = 0
        for scalar in text.unicodeScalars {
            if passed >= offset { break }
            passed += UTF8.width(scalar)
            if scalar == "\n" {
                line += 1
                column = 1
            } else {
                column += 1
            }
        }
        self.init(line: line, column: column, offset: offset)
    }
}
