import DocumentTree
import StructuralDiff
import Testing

@Suite struct PatchPropertyTests {
    @Test func `A patch of any two random documents is exact`() throws {
        var generator = SeededGenerator(seed: 2_026)
        for round in 0..<randomCases(10_000) {
            let old = Value.random(depth: 4, using: &generator)
            let new =
                Bool.random(using: &generator) ? old.edited(using: &generator) : .random(depth: 4, using: &generator)
            try expectExact(old, new, "round \(round)")
        }
    }

    @Test func `A patch of random lists with repetitions is exact`() throws {
        var generator = SeededGenerator(seed: 11)
        for round in 0..<randomCases(10_000) {
            func list() -> Value {
                .sequence(
                    (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                        .integer(Int.random(in: 0...5, using: &generator))
                    })
            }
            try expectExact(list(), list(), "round \(round)")
        }
    }

    private func expectExact(_ old: Value, _ new: Value, _ comment: Testing.Comment) throws {
        let comparison = try Comparison(old: node(old), new: node(new))
        #expect(try comparison.patch.applied(to: old) == new, comment)
        #expect(comparison.changes.isEmpty == (old == new), comment)
    }

    private func node(_ value: Value) throws -> Node {
        try #require(try Document.parseOne(Array(value.json().utf8), name: "x.json").root)
    }
}

extension Value {
    /// A small random value.
    static func random(depth: Int, using generator: inout SeededGenerator) -> Value {
        switch Int.random(in: 0...(depth > 0 ? 7 : 3), using: &generator) {
        case 0: return .integer(Int.random(in: 0...3, using: &generator))
        case 1:
            return .string(
                ["a", "b", "steps", "a longer text with words", "é", "e\u{301}"].randomElement(using: &generator) ?? "")
        case 2: return .bool(Bool.random(using: &generator))
        case 3: return .null
        case 4, 5:
            return .sequence(
                (0..<Int.random(in: 0...5, using: &generator)).map { _ in .random(depth: depth - 1, using: &generator) }
            )
        default:
            let keys = ["id", "name", "x", "y", "z", "é", "e\u{301}", "/~"].shuffled(using: &generator)
            return .mapping(
                ValueMapping(
                    keys.prefix(Int.random(in: 0...5, using: &generator)).map {
                        ($0, .random(depth: depth - 1, using: &generator))
                    }))
        }
    }

    /// The value with some of its parts changed, moved, added and removed.
    func edited(using generator: inout SeededGenerator) -> Value {
        switch self {
        case .sequence(var items):
            switch Int.random(in: 0...5, using: &generator) {
            case 0: items.shuffle(using: &generator)
            case 1: items.insert(.random(depth: 2, using: &generator), at: 0)
            case 2: items.append(.random(depth: 2, using: &generator))
            case 3 where !items.isEmpty: items.remove(at: Int.random(in: 0..<items.count, using: &generator))
            default: break
            }
            return .sequence(
                items.map { Int.random(in: 0...2, using: &generator) == 0 ? $0.edited(using: &generator) : $0 })
        case .mapping(let mapping):
            var result = ValueMapping()
            for (key, value) in mapping.entries where Int.random(in: 0...6, using: &generator) > 0 {
                let newKey = Int.random(in: 0...6, using: &generator) == 0 ? key + "2" : key
                result[newKey] = Int.random(in: 0...2, using: &generator) == 0 ? value.edited(using: &generator) : value
            }
            return .mapping(result)
        default: return Int.random(in: 0...1, using: &generator) == 0 ? .random(depth: 1, using: &generator) : self
        }
    }
}
