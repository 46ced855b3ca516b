import StructuralDiff
import Testing

@Suite struct ItemPairTests {
    private func pairs(_ old: String, _ new: String) throws -> [[Int]] {
        try compare(old, new).items(below: "steps").map { [$0.old, $0.new] }
    }

    @Test func pairsItemsThatMovedChangedOrGotAnotherName() throws {
        #expect(
            try pairs(
                "steps: [{id: a, run: x}, {id: b, run: make it all}, {id: c, run: z}, {id: gone, run: other words}]",
                "steps: [{id: c, run: z}, {id: new, run: something else}, {id: a, run: y}, {id: d, run: make it all}]")
                == [[2, 0], [0, 2], [1, 3]])
    }

    @Test func pairsAllItemsOfEqualSequences() throws {
        #expect(try pairs("steps: [1, 2]", "steps: [1, 2]") == [[0, 0], [1, 1]])
        #expect(try pairs("a: 1\nsteps: [1, 2]", "a: 2\nsteps: [1, 2]") == [[0, 0], [1, 1]])
    }

    @Test func pairsNothingWhereOneSideHasNoSequence() throws {
        #expect(try pairs("steps: [1]", "other: [1, 5, 7]").isEmpty)
        #expect(try pairs("steps: [1]", "steps: {a: 1}").isEmpty)
        #expect(try pairs("[1]", "steps: [1]").isEmpty)
        #expect(try pairs("", "").isEmpty)
    }
}
