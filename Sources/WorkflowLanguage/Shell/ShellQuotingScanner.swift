/// Follows a shell script's quoting, as far as it takes to know how each expression in it is quoted.
///
/// It follows POSIX' grammar of tokens with bash's `$'…'`, `$"…"`, `<<<` and `((`. An expression only ever becomes a reference to a
/// variable, so it has to be right for a value to be safe only where the shell calculates (`ShellQuotingScanner+Arithmetic.swift`).
///
/// Source: POSIX.1-2017, Shell Command Language, chapters 2.2 and 2.3.
struct ShellQuotingScanner {
    /// What stands at an expression's place.
    enum Place: Hashable {
        case quoting(ShellScript.Quoting)
        /// Why an expression can't stand there.
        case fault(String)
    }

    enum Unit: Hashable {
        case byte(UInt8)
        case expression
    }

    /// What the scanner is in, from the inside.
    enum Frame {
        /// Commands, up to the end, a `)` or a backtick; within it open parentheses and `case`s.
        case code(end: UInt8?, open: [Opening])
        case doubleQuotes
        /// The text of a here-document.
        case hereDocument
        /// `${ … }`.
        case parameter(isQuoted: Bool, ParameterPart)
        /// `$(( … ))` or a subscript, with the closing bracket and the number of those that are open.
        case arithmetic(closing: UInt8, open: Int)
    }

    enum Opening {
        case parenthesis, caseWord
    }

    struct HereDocument {
        var delimiter: [UInt8]
        var isQuoted: Bool
        var stripsTabs: Bool
    }

    let units: [Unit]
    let isExtended: Bool
    var index = 0
    var stack: [Frame] = [.code(end: nil, open: [])]
    var pending: [HereDocument] = []
    var found: [Place] = []
    /// Whether a word starts here, so that `#` starts a comment.
    var isAtWord = true
    /// Whether a command starts here, so that `case` is a keyword.
    var isAtCommand = true

    init(_ template: Template, isExtended: Bool) {
        units = template.parts.flatMap { part -> [Unit] in
            switch part {
            case .text(let text): text.utf8.map(Unit.byte)
            case .expression: [.expression]
            }
        }
        self.isExtended = isExtended
    }

    /// A scanner of the text of a here-document.
    init(hereDocument units: [Unit], isExtended: Bool) {
        self.units = units
        self.isExtended = isExtended
        stack = [.hereDocument]
    }

    /// The places of all expressions, in order.
    mutating func places() -> [Place] {
        while index < units.count {
            switch stack.last {
            case .doubleQuotes: scanDoubleQuotes()
            case .hereDocument: scanHereDocument()
            case .parameter(let isQuoted, let part): scanParameter(isQuoted: isQuoted, part)
            case .arithmetic(let closing, let open): scanArithmetic(closing: closing, open: open)
            case .code(let end, let open): scanCode(end: end, open: open)
            case nil: stack = [.code(end: nil, open: [])]
            }
        }
        return found
    }

    // MARK: What may stand anywhere

    /// Steps over an expansion (`$…`, a backtick) or an escape where one starts here; whether one did.
    mutating func takeExpansion(isQuoted: Bool) -> Bool {
        switch byte(0) {
        case UInt8(ascii: "\\"):
            if unit(1) == .expression { found.append(.fault("a backslash before an expression takes it for text")) }
            index += 2
            return true
        case UInt8(ascii: "`"):
            index += 1
            push(.code(end: UInt8(ascii: "`"), open: []))
            return true
        case UInt8(ascii: "$"):
            takeDollar(isQuoted: isQuoted)
            return true
        default:
            return false
        }
    }

    private mutating func takeDollar(isQuoted: Bool) {
        switch (unit(1), byte(2)) {
        case (.expression, _):
            found.append(.fault("a `$` stands right before the expression"))
            index += 2
        case (.byte(UInt8(ascii: "(")), UInt8(ascii: "(")):
            index += 3
            push(.arithmetic(closing: UInt8(ascii: ")"), open: 2))
        case (.byte(UInt8(ascii: "[")), _) where isExtended:
            index += 2
            push(.arithmetic(closing: UInt8(ascii: "]"), open: 1))
        case (.byte(UInt8(ascii: "(")), _):
            index += 2
            push(.code(end: UInt8(ascii: ")"), open: []))
        case (.byte(UInt8(ascii: "{")), _):
            index += 2
            takeParameter(isQuoted: isQuoted)
        case (.byte(UInt8(ascii: "'")), _) where !isQuoted && isExtended:
            index += 2
            skipSingleQuotes(hasEscapes: true)
        default:
            // `$#` starts no comment.
            index += byte(1) == UInt8(ascii: "#") ? 2 : 1
        }
    }

    mutating func skipSingleQuotes(hasEscapes: Bool) {
        while let unit = unit(0) {
            index += 1
            switch unit {
            case .expression: found.append(.fault("within single quotes the shell would not replace the expression"))
            case .byte(UInt8(ascii: "'")): return
            case .byte(UInt8(ascii: "\\")) where hasEscapes: index += 1
            case .byte: break
            }
        }
    }

    mutating func push(_ frame: Frame) {
        stack.append(frame)
        isAtWord = true
        isAtCommand = true
    }

    mutating func pop() {
        index += 1
        stack.removeLast()
        isAtWord = false
        isAtCommand = false
    }

    // MARK: Frames

    private mutating func scanDoubleQuotes() {
        if takeExpansion(isQuoted: true) { return }
        switch unit(0) {
        case .expression: found.append(.quoting(.double))
        case .byte(UInt8(ascii: "\"")): return pop()
        default: break
        }
        index += 1
    }

    private mutating func scanHereDocument() {
        if takeExpansion(isQuoted: true) { return }
        if unit(0) == .expression { found.append(.quoting(.hereDocument)) }
        index += 1
    }

    private mutating func scanParameter(isQuoted: Bool, _ part: ParameterPart) {
        guard part == .word else { return scanCalculated(part, isQuoted: isQuoted) }
        if takeExpansion(isQuoted: isQuoted) { return }
        switch unit(0) {
        case .expression: found.append(.quoting(isQuoted ? .double : .none))
        case .byte(UInt8(ascii: "}")): return pop()
        case .byte(UInt8(ascii: "\"")):
            index += 1
            return push(.doubleQuotes)
        case .byte(UInt8(ascii: "'")) where !isQuoted:
            index += 1
            return skipSingleQuotes(hasEscapes: false)
        default: break
        }
        index += 1
    }

    // MARK: Reading

    func unit(_ distance: Int) -> Unit? {
        index + distance < units.count ? units[index + distance] : nil
    }

    func byte(_ distance: Int) -> UInt8? {
        guard case .byte(let byte) = unit(distance) else { return nil }
        return byte
    }
}
