/// An instruction of a compiled pattern.
enum PatternInstruction: Sendable {
    /// Reads one scalar of the set.
    case scalar(ScalarSet)
    case assert(PatternAssertion)
    case jump(Int)
    /// Goes on at both places.
    case split(Int, Int)
    case match
}

/// Compiles a pattern's tree.
struct PatternCompiler {
    private(set) var instructions: [PatternInstruction] = []

    /// How many instructions a pattern may have: `(a{1000}){1000}` is short to write.
    private static let maximumSize = 5000

    mutating func compile(_ tree: PatternTree) throws(Pattern.Fault) {
        guard instructions.count <= Self.maximumSize else {
            throw Pattern.Fault(message: "the pattern is too large; repeat less")
        }
        switch tree {
        case .scalars(let set): instructions.append(.scalar(set))
        case .assertion(let assertion): instructions.append(.assert(assertion))
        case .sequence(let items): for item in items { try compile(item) }
        case .alternatives(let options): try compile(alternatives: options[...])
        case .repetition(let item, let minimum, let maximum):
            for _ in 0..<minimum { try compile(item) }
            if let maximum {
                try compile(optional: item, count: maximum - minimum)
            } else {
                try compile(star: item)
            }
        }
    }

    private mutating func compile(alternatives: ArraySlice<PatternTree>) throws(Pattern.Fault) {
        guard let first = alternatives.first else { return }
        guard alternatives.count > 1 else { return try compile(first) }
        let split = reserve()
        try compile(first)
        let jump = reserve()
        instructions[split] = .split(split + 1, instructions.count)
        try compile(alternatives: alternatives.dropFirst())
        instructions[jump] = .jump(instructions.count)
    }

    private mutating func compile(optional item: PatternTree, count: Int) throws(Pattern.Fault) {
        var splits: [Int] = []
        for _ in 0..<count {
            splits.append(reserve())
            try compile(item)
        }
        for split in splits { instructions[split] = .split(split + 1, instructions.count) }
    }

    private mutating func compile(star item: PatternTree) throws(Pattern.Fault) {
        let split = reserve()
        try compile(item)
        instructions.append(.jump(split))
        instructions[split] = .split(split + 1, instructions.count)
    }

    private mutating func reserve() -> Int {
        instructions.append(.match)
        return instructions.count - 1
    }
}
