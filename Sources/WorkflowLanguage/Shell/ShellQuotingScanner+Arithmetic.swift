// Where a shell calculates, it runs what a value's text says (`x[$(command)]`): `$(( … ))`, and in bash also `(( … ))`, `$[ … ]`,
// subscripts, and the offset and length of `${name:offset:length}`. Only a whole number may stand there.
//
// Source: Bash Reference Manual, "Shell Arithmetic", "Shell Parameter Expansion" and "Arrays".
extension ShellQuotingScanner {
    /// Where in `${ … }` the scanner is.
    enum ParameterPart {
        /// Behind a subscript, where an operator may stand.
        case operation
        /// In the offset and the length of `${name:offset:length}`.
        case offset
        /// In what another operator takes, a text.
        case word
    }

    /// Steps over the name that a `${` starts with, into a subscript or behind the operator.
    mutating func takeParameter(isQuoted: Bool) {
        let prefixes = Array("!#".utf8)
        if let first = byte(0), prefixes.contains(first), byte(1).map(Self.isOfName) ?? false { index += 1 }
        if byte(0).map(Self.isOfName) ?? false {
            while byte(0).map(Self.isOfName) ?? false { index += 1 }
        } else if byte(0) == UInt8(ascii: "@") || byte(0) == UInt8(ascii: "*") {
            index += 1
        }
        guard byte(0) == UInt8(ascii: "[") else {
            push(.parameter(isQuoted: isQuoted, .operation))
            return
        }
        index += 1
        push(.parameter(isQuoted: isQuoted, .operation))
        push(.arithmetic(closing: UInt8(ascii: "]"), open: 1))
    }

    /// Steps over what is no text of `${ … }`: to the operator, or through offset and length. Quotes change nothing in these.
    mutating func scanCalculated(_ part: ParameterPart, isQuoted: Bool) {
        if part == .operation {
            let texts = Array("-=?+}".utf8)
            let isOffset = byte(0) == UInt8(ascii: ":") && !(byte(1).map(texts.contains) ?? false)
            if isOffset { index += 1 }
            stack[stack.count - 1] = .parameter(isQuoted: isQuoted, isOffset ? .offset : .word)
            return
        }
        if takeExpansion(isQuoted: true) { return }
        if unit(0) == .byte(UInt8(ascii: "}")) { return pop() }
        if unit(0) == .expression { found.append(.quoting(.arithmetic)) }
        index += 1
    }

    mutating func scanArithmetic(closing: UInt8, open: Int) {
        if takeExpansion(isQuoted: true) { return }
        let opening = UInt8(ascii: closing == UInt8(ascii: ")") ? "(" : "[")
        if unit(0) == .expression { found.append(.quoting(.arithmetic)) }
        if byte(0) == opening { stack[stack.count - 1] = .arithmetic(closing: closing, open: open + 1) }
        if byte(0) == closing {
            if open <= 1 { return pop() }
            stack[stack.count - 1] = .arithmetic(closing: closing, open: open - 1)
        }
        index += 1
    }

    /// The longest subscript that is looked through, so that no script takes time by the square of its length.
    private static let longestSubscript = 256

    /// Whether `name[ … ]=` or `name[ … ]+=` starts with the `[` that was read last; without a name it stands in `name=( … )`.
    func startsAssignment(behind name: ArraySlice<UInt8>) -> Bool {
        guard isExtended, name.allSatisfy(Self.isOfName) else { return false }
        var (open, distance) = (1, 0)
        while open > 0 {
            guard distance < Self.longestSubscript, let unit = unit(distance), unit != .byte(UInt8(ascii: "\n")) else {
                return false
            }
            if unit == .byte(UInt8(ascii: "[")) { open += 1 }
            if unit == .byte(UInt8(ascii: "]")) { open -= 1 }
            distance += 1
        }
        return byte(distance) == UInt8(ascii: "=")
            || byte(distance) == UInt8(ascii: "+") && byte(distance + 1) == UInt8(ascii: "=")
    }

    /// Whether `((` follows, as behind `for`.
    var isBeforeParentheses: Bool {
        var distance = 0
        while byte(distance) == UInt8(ascii: " ") || byte(distance) == UInt8(ascii: "\t") { distance += 1 }
        return byte(distance) == UInt8(ascii: "(") && byte(distance + 1) == UInt8(ascii: "(")
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
