/// Cuts an expression into tokens.
struct ExpressionLexer {
    private let source: String
    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var offset = 0
    private var previous: ExpressionToken.Kind?

    init(_ source: String) {
        self.source = source
        scalars = Array(source.unicodeScalars)
    }

    /// All tokens, the last one `.end`.
    mutating func tokens() throws(ExpressionError) -> [ExpressionToken] {
        var tokens: [ExpressionToken] = []
        repeat {
            while let scalar = current, scalar.properties.isWhitespace { advance() }
            let start = offset
            let kind = try next()
            tokens.append(ExpressionToken(kind: kind, offset: start))
            previous = kind
        } while tokens.last?.kind != .end
        return tokens
    }

    private mutating func next() throws(ExpressionError) -> ExpressionToken.Kind {
        guard let scalar = current else { return .end }
        switch scalar {
        case "(", ")", "[", "]", ",", "*":
            advance()
            return .symbol(String(scalar))
        case "'": return try string()
        case "!", "<", ">", "=", "&", "|": return try operatorSymbol()
        case "." where previousEndsOperand:
            advance()
            return .symbol(".")
        case ".", "-", "+", "0"..."9": return try number()
        default: return try word()
        }
    }

    private mutating func string() throws(ExpressionError) -> ExpressionToken.Kind {
        let start = offset
        advance()
        var text = String.UnicodeScalarView()
        while let scalar = current {
            advance()
            if scalar == "'" {
                guard current == "'" else { return .literal(.string(String(text))) }
                advance()
            }
            text.append(scalar)
        }
        throw fault(
            at: start, "the string that starts here is never closed",
            hint: "end it with `'`; write a quote in it as `''`")
    }

    private mutating func operatorSymbol() throws(ExpressionError) -> ExpressionToken.Kind {
        let start = offset
        guard let first = current else { return .end }
        advance()
        if let second = current {
            let pair = "\(first)\(second)"
            if ["!=", "<=", ">=", "==", "&&", "||"].contains(pair) {
                advance()
                return .symbol(pair)
            }
        }
        if ["!", "<", ">"].contains(first) { return .symbol(String(first)) }
        throw fault(at: start, "unexpected `\(first)`", hint: "the operator is `\(first)\(first)`")
    }

    private mutating func number() throws(ExpressionError) -> ExpressionToken.Kind {
        let start = offset
        let text = run { $0 == "." || !Self.isBoundary($0) }
        let number = NumberText.parse(text)
        if text == "+" || text == "-" {
            throw fault(at: start, "unexpected `\(text)`", hint: "the language has no arithmetic")
        }
        if number.isNaN { throw fault(at: start, "`\(text)` is not a number", hint: numberHint(text)) }
        return .literal(.number(number))
    }

    private func numberHint(_ text: String) -> String {
        text.dropFirst().contains { "-+".contains($0) }
            ? "the language has no arithmetic" : "write it as `42`, `-9.5`, `0xff`, `0o17` or `2.5e-3`"
    }

    private mutating func word() throws(ExpressionError) -> ExpressionToken.Kind {
        let start = offset
        let text = run { !Self.isBoundary($0) }
        guard let first = text.unicodeScalars.first, Self.isWordStart(first),
            text.unicodeScalars.allSatisfy({ Self.isWordStart($0) || ("0"..."9").contains($0) || $0 == "-" })
        else {
            let hint =
                text.hasPrefix("\"")
                ? "strings stand in single quotes: '…'"
                : text.hasPrefix("${{") ? "what stands here is an expression without `${{ }}`" : nil
            throw fault(at: start, "unexpected `\(text)`", hint: hint)
        }
        if previous == .symbol(".") { return .word(text) }
        switch text {
        case "null": return .literal(.null)
        case "true": return .literal(.bool(true))
        case "false": return .literal(.bool(false))
        case "NaN": return .literal(.number(.nan))
        case "Infinity": return .literal(.number(.infinity))
        default: return .word(text)
        }
    }

    /// Whether a `.` here accesses a property; elsewhere it starts a number.
    private var previousEndsOperand: Bool {
        switch previous {
        case .word, .symbol(")"), .symbol("]"), .symbol("*"), .symbol("."), .literal: true
        default: false
        }
    }

    private mutating func run(while belongs: (Unicode.Scalar) -> Bool) -> String {
        var text = String.UnicodeScalarView()
        while let scalar = current, text.isEmpty || belongs(scalar) {
            text.append(scalar)
            advance()
        }
        return String(text)
    }

    private var current: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private mutating func advance() {
        offset += UTF8.width(scalars[index])
        index += 1
    }

    private static func isBoundary(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "(", "[", ")", "]", ",", ".", "!", ">", "<", "=", "&", "|": true
        default: scalar.properties.isWhitespace
        }
    }

    private static func isWordStart(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
    }

    private func fault(at offset: Int, _ message: String, hint: String? = nil) -> ExpressionError {
        ExpressionError(source, at: offset, message, hint: hint)
    }
}
