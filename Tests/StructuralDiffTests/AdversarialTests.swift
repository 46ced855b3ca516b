import DocumentTree
import StructuralDiff
import Testing

/// Inputs that make a naive comparison take hours, or all memory. Each must be over in moments, even unoptimised.
@Suite(.timeLimit(.minutes(5))) struct AdversarialTests {
    private static let count = 20_000

    private func changeCount(_ old: [String], _ new: [String]) throws -> Int {
        func text(_ items: [String]) -> String { "steps: [" + items.joined(separator: ", ") + "]\n" }
        let comparison = try compare(text(old), text(new))
        _ = comparison.patch
        return comparison.changes.changes.count
    }

    private func numbered(_ make: (Int) -> String) -> [String] { (0..<Self.count).map(make) }

    @Test func `20,000 equal items, one more`() throws {
        #expect(try changeCount(numbered { _ in "x" }, numbered { _ in "x" } + ["x"]) == 1)
        #expect(try changeCount(numbered { _ in "{run: x}" }, ["{run: x}"] + numbered { _ in "{run: x}" }) == 1)
    }

    @Test func `20,000 scalars, all different`() throws {
        #expect(try changeCount(numbered { "a\($0)" }, numbered { "b\($0)" }) == Self.count)
    }

    @Test func `20,000 scalars, reversed`() throws {
        let items = numbered { "a\($0)" }
        #expect(try changeCount(items, items.reversed()) == Self.count - 1)
    }

    @Test func `20,000 steps, reversed`() throws {
        let items = numbered { "{id: s\($0), run: echo}" }
        #expect(try changeCount(items, items.reversed()) == Self.count - 1)
    }

    @Test func `20,000 steps without names, all different but alike`() throws {
        #expect(try changeCount(numbered { "{run: old\($0)}" }, numbered { "{run: new\($0)}" }) <= 2 * Self.count)
    }

    @Test func `20,000 steps, all renamed`() throws {
        #expect(
            try changeCount(
                numbered { "{id: a\($0), run: 'echo number-\($0)', needs: [a\(max(0, $0 - 1))]}" },
                numbered { "{id: b\($0), run: 'echo number-\($0)', needs: [b\(max(0, $0 - 1))]}" }) <= 2 * Self.count)
    }

    @Test func `Two values in no order`() throws {
        var generator = SeededGenerator(seed: 3)
        let old = numbered { _ in Bool.random(using: &generator) ? "x" : "y" }
        let new = numbered { _ in Bool.random(using: &generator) ? "x" : "y" }
        #expect(try changeCount(old, new) <= 2 * Self.count)
    }

    @Test func `A mapping of 20,000 keys, all renamed`() throws {
        func text(_ prefix: String) -> String { numbered { "\(prefix)\($0): value number \($0)\n" }.joined() }
        #expect(try compare(text("a"), text("b")).changes.count(of: .renamed) == Self.count)
    }

    @Test func `Nesting as deep as the limit`() throws {
        func nested(_ core: String) -> String {
            String(repeating: "[1, ", count: 127) + core + String(repeating: ", 2]", count: 127)
        }
        #expect(try changes(nested("x"), nested("y")).count == 1)
        #expect(try compare(nested("x"), nested("y")).patch.operations.count == 1)
    }

    @Test func `20,000 steps without names, each edited at one place, share no rare word`() throws {
        let old = numbered { "{run: old\($0), shell: bash, timeout: 5m}" }
        let new = numbered { "{run: new\($0), shell: bash, timeout: 5m}" }
        #expect(try changeCount(old, new) == Self.count)
    }
}
