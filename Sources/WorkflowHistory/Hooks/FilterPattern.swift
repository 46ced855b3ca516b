/// A pattern of `branches:` or `paths:`, with the meaning that GitHub gives it.
///
/// `*` stands for anything but `/`, `**` for anything, `**/` for any folders or none, `?` makes the character before it
/// optional, `+` lets it repeat, `[a-z]` stands for one of a set, `\` takes the next character as it is, a leading `!`
/// excludes. Matching takes time linear in pattern times text, whatever they are.
///
/// Source: "Workflow syntax for GitHub Actions", filter pattern cheat sheet.
struct FilterPattern: Hashable, Sendable {
    /// Whether a match excludes.
    let isNegative: Bool
    private let tokens: [Token]

    init(_ pattern: String) {
        isNegative = pattern.hasPrefix("!")
        tokens = Tokenizer(Array((isNegative ? pattern.dropFirst() : Substring(pattern)).unicodeScalars)).tokens
    }

    func matches(_ text: String) -> Bool {
        // The set of positions in the pattern that the text so far can have led to.
        var states = reachable(from: [0])
        for scalar in text.unicodeScalars {
            var next: [Int] = []
            for state in states where state < tokens.count {
                guard case .one(let atom, let count) = tokens[state], atom.matches(scalar) else { continue }
                if count.repeats { next.append(state) }
                if count != .any { next.append(state + 1) }
            }
            states = reachable(from: next)
            if states.isEmpty { return false }
        }
        return states.contains(tokens.count)
    }

    /// The positions that can be reached from these without reading anything, these included.
    private func reachable(from starts: [Int]) -> Set<Int> {
        var reached: Set<Int> = []
        var waiting = starts
        while let state = waiting.popLast() {
            guard reached.insert(state).inserted, state < tokens.count else { continue }
            switch tokens[state] {
            case .one(_, let count) where count.allowsNone: waiting.append(state + 1)
            case .one: break
            case .optional(let length): waiting += [state + 1, state + 1 + length]
            }
        }
        return reached
    }

    /// Whether `text` passes a list of patterns: the last one that matches decides. An empty list lets everything pass.
    static func allows(_ text: String, by patterns: [FilterPattern]) -> Bool {
        patterns.isEmpty || patterns.last { $0.matches(text) }.map { !$0.isNegative } ?? false
    }
}

extension FilterPattern {
    fileprivate enum Token: Hashable {
        /// One character of a kind, or several or none of them.
        case one(Atom, Count)
        /// The next tokens, this many, may be left out together.
        case optional(Int)
    }

    fileprivate enum Count: Hashable {
        case exactlyOne, optional, any, oneOrMore
        var repeats: Bool { self == .any || self == .oneOrMore }
        var allowsNone: Bool { self == .optional || self == .any }
    }

    fileprivate enum Atom: Hashable {
        case literal(Unicode.Scalar)
        case set([ClosedRange<Unicode.Scalar>])
        case anyButSlash
        case any

        func matches(_ scalar: Unicode.Scalar) -> Bool {
            switch self {
            case .literal(let other): scalar == other
            case .set(let ranges): ranges.contains { $0.contains(scalar) }
            case .anyButSlash: scalar != "/"
            case .any: true
            }
        }
    }

    fileprivate struct Tokenizer {
        private let pattern: [Unicode.Scalar]
        private var position = 0
        private(set) var tokens: [Token] = []

        init(_ pattern: [Unicode.Scalar]) {
            self.pattern = pattern
            while position < self.pattern.count { readToken() }
        }

        private mutating func readToken() {
            let scalar = pattern[position]
            position += 1
            switch scalar {
            case "*": readStars()
            case "?": quantify(.optional, written: scalar)
            case "+": quantify(.oneOrMore, written: scalar)
            case "[": readSet()
            case "\\" where position < pattern.count:
                tokens.append(.one(.literal(pattern[position]), .exactlyOne))
                position += 1
            default: tokens.append(.one(.literal(scalar), .exactlyOne))
            }
        }

        /// Applies to the character before it; where there is none, it stands for itself.
        private mutating func quantify(_ count: Count, written: Unicode.Scalar) {
            if case .one(let atom, .exactlyOne)? = tokens.last {
                tokens[tokens.count - 1] = .one(atom, count)
            } else {
                tokens.append(.one(.literal(written), .exactlyOne))
            }
        }

        private mutating func readStars() {
            guard position < pattern.count, pattern[position] == "*" else {
                return tokens.append(.one(.anyButSlash, .any))
            }
            position += 1
            let startsFolder = position == 2 || pattern[position - 3] == "/"
            if startsFolder, position < pattern.count, pattern[position] == "/" {
                position += 1
                tokens += [.optional(2), .one(.any, .any), .one(.literal("/"), .exactlyOne)]
            } else {
                tokens.append(.one(.any, .any))
            }
        }

        private mutating func readSet() {
            guard let end = pattern[position...].dropFirst().firstIndex(of: "]") else {
                return tokens.append(.one(.literal("["), .exactlyOne))
            }
            var ranges: [ClosedRange<Unicode.Scalar>] = []
            while position < end {
                let low = pattern[position]
                if position + 2 < end, pattern[position + 1] == "-", low <= pattern[position + 2] {
                    ranges.append(low...pattern[position + 2])
                    position += 3
                } else {
                    ranges.append(low...low)
                    position += 1
                }
            }
            position = end + 1
            tokens.append(.one(.set(ranges), .exactlyOne))
        }
    }
}
