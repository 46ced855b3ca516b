/// Parses a pattern by recursive descent.
struct PatternParser {
    private var rest: Substring.UnicodeScalarView
    private var depth = 0

    private static let maximumLength = 1000
    private static let maximumDepth = 50
    private static let maximumCount = 1000

    init(_ source: String) { rest = source[...].unicodeScalars }

    mutating func parse() throws(Pattern.Fault) -> PatternTree {
        guard rest.count <= Self.maximumLength else {
            throw Pattern.Fault(message: "the pattern is longer than \(Self.maximumLength) characters")
        }
        let tree = try alternatives()
        if rest.first == ")" { throw Pattern.Fault(message: "`)` without `(`") }
        return tree
    }

    private mutating func alternatives() throws(Pattern.Fault) -> PatternTree {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else {
            throw Pattern.Fault(message: "groups are nested more than \(Self.maximumDepth) deep")
        }
        var options = [try sequence()]
        while take("|") { options.append(try sequence()) }
        return options.count == 1 ? options[0] : .alternatives(options)
    }

    private mutating func sequence() throws(Pattern.Fault) -> PatternTree {
        var items: [PatternTree] = []
        while let scalar = rest.first, scalar != "|", scalar != ")" {
            let item = try atom()
            items.append(try repetition(of: item))
        }
        return .sequence(items)
    }

    private mutating func atom() throws(Pattern.Fault) -> PatternTree {
        guard let scalar = rest.popFirst() else { return .sequence([]) }
        switch scalar {
        case ".": return .scalars(.notLineBreak)
        case "^": return .assertion(.start)
        case "$": return .assertion(.end)
        case "(": return try group()
        case "[": return .scalars(try scalarClass())
        case "\\": return try escape()
        case "*", "+", "?": throw Pattern.Fault(message: "nothing stands before `\(scalar)` that it could repeat")
        default: return .scalars(ScalarSet(scalar))
        }
    }

    private mutating func group() throws(Pattern.Fault) -> PatternTree {
        if take("?") {
            if take("<") {
                guard let first = rest.first, first != "=", first != "!" else { throw needsBacktracking("lookbehind") }
                rest = rest.drop { $0 != ">" }
                guard take(">") else { throw Pattern.Fault(message: "the name of a group is never closed") }
            } else if !take(":") {
                throw needsBacktracking("`(?\(rest.first.map(String.init) ?? "")`")
            }
        }
        let inner = try alternatives()
        guard take(")") else { throw Pattern.Fault(message: "`(` is never closed") }
        return inner
    }

    private mutating func escape() throws(Pattern.Fault) -> PatternTree {
        if take("b") { return .assertion(.wordBoundary) }
        if take("B") { return .assertion(.notWordBoundary) }
        return .scalars(try escapedSet())
    }

    private mutating func escapedSet() throws(Pattern.Fault) -> ScalarSet {
        guard let scalar = rest.popFirst() else { throw Pattern.Fault(message: "nothing stands behind the last `\\`") }
        switch scalar {
        case "d": return .digit
        case "D": return ScalarSet.digit.inverted
        case "w": return .word
        case "W": return ScalarSet.word.inverted
        case "s": return .space
        case "S": return ScalarSet.space.inverted
        case "t": return ScalarSet("\t")
        case "n": return ScalarSet("\n")
        case "r": return ScalarSet("\r")
        case "f": return ScalarSet("\u{C}")
        case "v": return ScalarSet("\u{B}")
        case "0": return ScalarSet("\0")
        case "x": return ScalarSet(try hexadecimal(digits: 2))
        case "u": return ScalarSet(try hexadecimal(digits: 4))
        case "1"..."9", "k": throw needsBacktracking("a backreference")
        case "a"..."z", "A"..."Z": throw Pattern.Fault(message: "unknown escape `\\\(scalar)`")
        default: return ScalarSet(scalar)
        }
    }

    private mutating func hexadecimal(digits count: Int) throws(Pattern.Fault) -> Unicode.Scalar {
        let digits = rest.prefix(count)
        guard digits.count == count, let number = UInt32(String(digits), radix: 16),
            let scalar = Unicode.Scalar(number)
        else { throw Pattern.Fault(message: "an escape needs \(count) hexadecimal digits") }
        rest = rest.dropFirst(count)
        return scalar
    }

    private mutating func scalarClass() throws(Pattern.Fault) -> ScalarSet {
        let isNegated = take("^")
        var ranges: [ClosedRange<UInt32>] = []
        while !take("]") {
            let low = try classMember()
            guard let start = low.single, rest.first == "-", let after = rest.dropFirst().first, after != "]" else {
                ranges += low.set.plainRanges
                continue
            }
            rest.removeFirst()
            let high = try classMember()
            guard let end = high.single, start <= end else {
                throw Pattern.Fault(message: "a range in `[…]` must go from a lower character to a higher one")
            }
            ranges.append(start...end)
        }
        return ScalarSet(ranges: ranges, isNegated: isNegated)
    }

    private mutating func classMember() throws(Pattern.Fault) -> (set: ScalarSet, single: UInt32?) {
        guard let scalar = rest.popFirst() else { throw Pattern.Fault(message: "`[` is never closed") }
        guard scalar == "\\" else { return (ScalarSet(scalar), scalar.value) }
        if take("b") { return (ScalarSet("\u{8}"), 8) }
        let set = try escapedSet()
        let isSingle = !set.isNegated && set.ranges.count == 1 && set.ranges[0].count == 1
        return (set, isSingle ? set.ranges[0].lowerBound : nil)
    }

    private mutating func repetition(of item: PatternTree) throws(Pattern.Fault) -> PatternTree {
        guard let (minimum, maximum) = try counts() else { return item }
        if case .assertion = item { throw Pattern.Fault(message: "an anchor can't be repeated") }
        _ = take("?")  // Whether a repetition is lazy makes no difference to whether the text matches.
        if let next = rest.first, "*+?".unicodeScalars.contains(next) {
            throw Pattern.Fault(message: "`\(next)` stands behind another repetition")
        }
        return .repetition(item, minimum: minimum, maximum: maximum)
    }

    private mutating func counts() throws(Pattern.Fault) -> (Int, Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        // As in ECMAScript, a brace that is no repetition is a character.
        guard rest.first == "{" else { return nil }
        let before = rest
        rest.removeFirst()
        let minimum = number()
        let maximum = take(",") ? number() : minimum
        let isOpen = before.dropFirst().prefix { $0 != "}" }.last == ","
        guard let minimum, take("}"), isOpen || maximum != nil else {
            rest = before
            return nil
        }
        guard minimum <= Self.maximumCount, maximum ?? 0 <= Self.maximumCount else {
            throw Pattern.Fault(message: "a repetition may count up to \(Self.maximumCount)")
        }
        guard minimum <= maximum ?? minimum else {
            throw Pattern.Fault(message: "the counts of a repetition are out of order")
        }
        return (minimum, maximum)
    }

    private mutating func number() -> Int? {
        let digits = rest.prefix { ("0"..."9").contains($0) }
        rest = rest.dropFirst(digits.count)
        return digits.count > 9 ? .max : Int(String(digits))
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard rest.first == scalar else { return false }
        rest.removeFirst()
        return true
    }

    private func needsBacktracking(_ what: String) -> Pattern.Fault {
        Pattern.Fault(message: "\(what) is not supported: it can't be matched in linear time")
    }
}
