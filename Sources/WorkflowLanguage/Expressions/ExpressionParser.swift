import DocumentTree

/// A Pratt parser of expressions.
///
/// Binding, from tight to loose: access and call, `!`, `< <= > >=`, `== !=`, `&&`, `||`.
struct ExpressionParser {
    private let source: String
    private let tokens: [ExpressionToken]
    private var index = 0
    private var nesting = 0

    /// How deep brackets and `!` may be nested: the parser recurses for each.
    private static let maximumNesting = 250

    init(_ source: String) throws(ExpressionError) {
        guard source.utf8.count <= Expression.maximumLength else {
            throw ExpressionError(
                source, at: 0, "the expression is longer than \(Expression.maximumLength) bytes",
                hint: "compute it in a step and use the step's output")
        }
        self.source = source
        var lexer = ExpressionLexer(source)
        tokens = try lexer.tokens()
    }

    /// The tree of the whole expression.
    mutating func parse() throws(ExpressionError) -> ExpressionSyntax {
        if token.kind == .end { throw fault("the expression is empty") }
        let syntax = try expression(binding: 0)
        guard token.kind == .end else { throw unexpected() }
        guard Self.isShallow(syntax, depth: Expression.maximumDepth) else {
            throw ExpressionError(
                source, at: 0, "the expression is nested more than \(Expression.maximumDepth) deep")
        }
        return syntax
    }

    private mutating func expression(binding minimum: Int) throws(ExpressionError) -> ExpressionSyntax {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.maximumNesting else {
            throw fault("brackets are nested more than \(Self.maximumNesting) deep")
        }
        var left = try prefix()
        while case .symbol(let symbol) = token.kind, let binding = Self.binding[symbol], binding > minimum {
            advance()
            let right = try expression(binding: binding)
            left = combine(symbol, left, right)
        }
        return left
    }

    private static let binding: [String: Int] = [
        "||": 5, "&&": 6, "==": 10, "!=": 10, "<": 11, "<=": 11, ">": 11, ">=": 11,
    ]

    /// `&&` and `||` become one node however many operands they have, so that a long chain isn't deep.
    private func combine(_ symbol: String, _ left: ExpressionSyntax, _ right: ExpressionSyntax) -> ExpressionSyntax {
        switch (symbol, left, right) {
        case ("&&", _, _): .and([left, right].flatMap { if case .and(let operands) = $0 { operands } else { [$0] } })
        case ("||", _, _): .or([left, right].flatMap { if case .or(let operands) = $0 { operands } else { [$0] } })
        default: .comparison(ExpressionSyntax.Comparison(rawValue: symbol) ?? .equal, left, right)
        }
    }

    private mutating func prefix() throws(ExpressionError) -> ExpressionSyntax {
        let start = token
        switch start.kind {
        case .symbol("!"):
            advance()
            return .not(try expression(binding: 16))
        case .symbol("("):
            advance()
            let inner = try expression(binding: 0)
            try expect(")", opening: start)
            return try access(inner)
        case .literal(let literal):
            advance()
            return .literal(literal)
        case .word(let word):
            advance()
            return try access(token.kind == .symbol("(") ? call(word, at: start) : .name(word, at: start.offset))
        case .symbol, .end:
            throw unexpected()
        }
    }

    private mutating func access(_ operand: ExpressionSyntax) throws(ExpressionError) -> ExpressionSyntax {
        var operand = operand
        while true {
            let start = token
            switch start.kind {
            case .symbol("."):
                advance()
                switch token.kind {
                case .symbol("*"): operand = .filter(operand)
                case .word(let property): operand = .index(operand, .literal(.string(property)), at: token.offset)
                default: throw unexpected()
                }
                advance()
            case .symbol("["):
                advance()
                if token.kind == .symbol("*") {
                    advance()
                    operand = .filter(operand)
                } else {
                    let offset = token.offset
                    operand = .index(operand, try expression(binding: 0), at: offset)
                }
                try expect("]", opening: start)
            default:
                return operand
            }
        }
    }

    private mutating func call(_ name: String, at start: ExpressionToken) throws(ExpressionError) -> ExpressionSyntax {
        guard let function = ExpressionFunction(name: name) else {
            let known = ExpressionFunction.allCases.map(\.rawValue)
            throw ExpressionError(
                source, at: start.offset, "unknown function `\(name)`",
                hint: NearestName.hint(for: name, among: known) ?? "the functions are \(known.joined(separator: ", "))")
        }
        let opening = token
        advance()
        var arguments: [ExpressionSyntax] = []
        if token.kind != .symbol(")") {
            arguments.append(try expression(binding: 0))
            while token.kind == .symbol(",") {
                advance()
                arguments.append(try expression(binding: 0))
            }
        }
        try expect(")", opening: opening)
        try check(function, takes: arguments.count, at: start.offset)
        return .call(function, arguments, at: start.offset)
    }

    private func check(_ function: ExpressionFunction, takes count: Int, at offset: Int) throws(ExpressionError) {
        let arity = function.arity
        if !arity.contains(count) {
            let wanted =
                arity.lowerBound == arity.upperBound
                ? "\(arity.lowerBound)" : "\(arity.lowerBound) to \(arity.upperBound)"
            throw ExpressionError(
                source, at: offset,
                "`\(function.rawValue)` takes \(wanted) argument\(wanted == "1" ? "" : "s"), not \(count)")
        }
        if function == .case, count.isMultiple(of: 2) {
            throw ExpressionError(
                source, at: offset, "`case` takes pairs of a condition and a result, and a last result for the rest")
        }
    }

    private mutating func expect(_ symbol: String, opening: ExpressionToken) throws(ExpressionError) {
        guard token.kind == .symbol(symbol) else {
            if token.kind == .end {
                throw ExpressionError(source, at: opening.offset, "the bracket that opens here is never closed")
            }
            throw unexpected()
        }
        advance()
    }

    private var token: ExpressionToken { tokens[index] }

    private mutating func advance() {
        if index < tokens.count - 1 { index += 1 }
    }

    private func unexpected() -> ExpressionError {
        guard token.kind != .end else { return fault("the expression ends where a value is expected") }
        let end = index + 1 < tokens.count ? tokens[index + 1].offset : source.utf8.count
        let text = String(decoding: Array(source.utf8)[token.offset..<end], as: UTF8.self)
        return fault("unexpected `\(text.trimmingWhitespace)`")
    }

    private func fault(_ message: String) -> ExpressionError { ExpressionError(source, at: token.offset, message) }

    private static func isShallow(_ syntax: ExpressionSyntax, depth: Int) -> Bool {
        depth > 0 && syntax.children.allSatisfy { isShallow($0, depth: depth - 1) }
    }
}

extension String {
    /// The text without white space at its ends.
    var trimmingWhitespace: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
