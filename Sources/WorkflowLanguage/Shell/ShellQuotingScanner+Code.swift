// Commands: words, parentheses, comments, `case`.
extension ShellQuotingScanner {
    mutating func scanCode(end: UInt8?, open: [Opening]) {
        if end == UInt8(ascii: "`"), byte(0) == end { return pop() }
        if byte(0) == UInt8(ascii: "\\") || byte(0) == UInt8(ascii: "$") || byte(0) == UInt8(ascii: "`") {
            isAtWord = false
            isAtCommand = false
            _ = takeExpansion(isQuoted: false)
            return
        }
        guard case .byte(let byte) = unit(0) else {
            found.append(.quoting(.none))
            index += 1
            isAtWord = false
            isAtCommand = false
            return
        }
        switch byte {
        case UInt8(ascii: "'"):
            index += 1
            skipSingleQuotes(hasEscapes: false)
            isAtWord = false
            isAtCommand = false
        case UInt8(ascii: "\""):
            index += 1
            push(.doubleQuotes)
        case UInt8(ascii: "#") where isAtWord: skipComment()
        case UInt8(ascii: "\n"):
            separator()
            takeHereDocuments()
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
            index += 1
            isAtWord = true
        case UInt8(ascii: ";"), UInt8(ascii: "&"), UInt8(ascii: "|"): separator()
        case UInt8(ascii: "<") where self.byte(1) == byte: takeHereOperator()
        case UInt8(ascii: "<"), UInt8(ascii: ">"):
            index += 1
            isAtWord = true
        case UInt8(ascii: "("): takeParenthesis(end: end, open: open)
        case UInt8(ascii: ")"): takeClosing(end: end, open: open)
        default: takeWord(end: end, open: open)
        }
    }

    private mutating func separator() {
        index += 1
        isAtWord = true
        isAtCommand = true
    }

    private mutating func takeParenthesis(end: UInt8?, open: [Opening]) {
        if isExtended, isAtCommand, byte(1) == UInt8(ascii: "(") {
            index += 2
            return push(.arithmetic(closing: UInt8(ascii: ")"), open: 2))
        }
        stack[stack.count - 1] = .code(end: end, open: open + [.parenthesis])
        separator()
    }

    private mutating func takeClosing(end: UInt8?, open: [Opening]) {
        switch open.last {
        case .parenthesis: stack[stack.count - 1] = .code(end: end, open: open.dropLast())
        case nil where end == UInt8(ascii: ")"): return pop()
        case .caseWord, nil: break
        }
        separator()
    }

    /// The words behind which a command starts.
    private static let openers: Set<String> = [
        "do", "then", "else", "elif", "if", "while", "until", "{", "!", "time",
    ]

    private mutating func takeWord(end: UInt8?, open: [Opening]) {
        var word: [UInt8] = []
        let ends = Array(" \t\r\n;&|<>()'\"`$\\".utf8)
        while let byte = byte(0), !ends.contains(byte) {
            word.append(byte)
            index += 1
            if isAtWord, byte == UInt8(ascii: "["), startsAssignment(behind: word.dropLast()) {
                push(.arithmetic(closing: UInt8(ascii: "]"), open: 1))
                return
            }
        }
        let isWhole = isAtWord && unit(0) != .expression
        let text = String(decoding: word, as: UTF8.self)
        if isWhole, isAtCommand, text == "case" {
            stack[stack.count - 1] = .code(end: end, open: open + [.caseWord])
        } else if isWhole, isAtCommand, text == "esac", case .caseWord = open.last {
            stack[stack.count - 1] = .code(end: end, open: open.dropLast())
        }
        isAtCommand = isWhole && isAtCommand && (Self.openers.contains(text) || text == "for" && isBeforeParentheses)
        isAtWord = false
    }

    private mutating func skipComment() {
        while let unit = unit(0), unit != .byte(UInt8(ascii: "\n")) {
            if unit == .expression { found.append(.quoting(.none)) }
            index += 1
        }
    }
}
