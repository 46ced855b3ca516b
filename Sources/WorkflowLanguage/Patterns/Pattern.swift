/// A regular expression that is matched in time linear in the text, whatever the pattern: definitions come from strangers,
/// and a backtracking matcher can be made to run for years.
///
/// The language is that of ECMAScript without what can't be matched in linear time (backreferences, lookahead,
/// lookbehind): `. ^ $ | ( ) (?: ) [ ] * + ? {n,m}`, `\d \w \s \b` and their opposites (ASCII), `\n \t \xHH \uHHHH`. The
/// text may match anywhere; anchor a pattern with `^` and `$` where all of it is meant.
///
/// Source: Thompson, "Regular Expression Search Algorithm" (1968); Cox, "Regular Expression Matching: the Virtual Machine
/// Approach" (2009).
public struct Pattern: Sendable {
    /// The pattern as written.
    public let source: String
    private let program: [PatternInstruction]

    /// Why a text is no pattern.
    public struct Fault: Error, Hashable, Sendable {
        /// What is wrong.
        public var message: String
    }

    /// The longest text that ``matches(_:)`` looks at, in Unicode scalars; a longer one doesn't match.
    public static let maximumLength = 1 << 16

    /// Compiles a pattern.
    ///
    /// - Throws: ``Fault`` for one that is malformed, that needs backtracking, or that is too large.
    public init(_ source: String) throws(Fault) {
        self.source = source
        var parser = PatternParser(source)
        let tree = try parser.parse()
        var compiler = PatternCompiler()
        try compiler.compile(tree)
        program = compiler.instructions + [.match]
    }

    /// Whether the pattern matches anywhere in the text.
    public func matches(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars.prefix(Self.maximumLength + 1))
        guard scalars.count <= Self.maximumLength else { return false }
        var threads = PatternThreads(capacity: program.count)
        var next = PatternThreads(capacity: program.count)
        for position in 0...scalars.count {
            // A match may start at every position.
            if add(0, to: &threads, at: position, in: scalars) { return true }
            guard position < scalars.count else { return false }
            for index in threads.members {
                if case .scalar(let set) = program[index], set.contains(scalars[position]),
                    add(index + 1, to: &next, at: position + 1, in: scalars)
                {
                    return true
                }
            }
            swap(&threads, &next)
            next.removeAll()
        }
        return false
    }

    /// Adds an instruction and all that it leads to without reading; whether that is a match.
    private func add(
        _ start: Int, to threads: inout PatternThreads, at position: Int, in scalars: [Unicode.Scalar]
    ) -> Bool {
        var pending = [start]
        while let index = pending.popLast() {
            guard threads.insert(index) else { continue }
            switch program[index] {
            case .match: return true
            case .scalar: break
            case .jump(let target): pending.append(target)
            case .split(let first, let second): pending += [second, first]
            case .assert(let assertion):
                if assertion.holds(at: position, in: scalars) { pending.append(index + 1) }
            }
        }
        return false
    }
}

/// The instructions that a match may be at: a set that is emptied in constant time.
private struct PatternThreads {
    private(set) var members: [Int] = []
    private var generations: [Int]
    private var generation = 1

    init(capacity: Int) { generations = [Int](repeating: 0, count: capacity) }

    mutating func insert(_ index: Int) -> Bool {
        guard generations[index] != generation else { return false }
        generations[index] = generation
        members.append(index)
        return true
    }

    mutating func removeAll() {
        members.removeAll(keepingCapacity: true)
        generation += 1
    }
}
