import Testing
import WorkflowEngine
import WorkflowLanguage

@testable import WfrepoCommands

@Suite struct LiveTreeTests {
    private func id(_ text: String) throws -> StepID { try #require(StepID(text)) }

    private func tree(_ text: String) throws -> LiveTree {
        let parsed = Workflow.parse(Array(text.utf8), name: try #require(WorkflowName("a")))
        return LiveTree(try #require(parsed.workflow))
    }

    private func lines(_ tree: inout LiveTree, at now: Int, columns: Int = 80, rows: Int = 24) -> [String] {
        tree.lines(at: now, columns: columns, rows: rows)
    }

    @Test func nothingIsSaidOfWhatIsLeftWithoutData() throws {
        var tree = try tree("steps: [{id: a, run: a}, {id: b, run: b}]")
        tree.begin(try id("a"), number: 1, isUndoing: false, at: 1000)
        #expect(lines(&tree, at: 3500) == ["● a  2.50 s"])
        tree.earlier = EarlierDurations([try id("a"): [9000, 10_000]])
        #expect(lines(&tree, at: 3500) == ["● a  2.50 s"])
    }

    @Test func whatIsLeftComesFromEarlierRuns() throws {
        var tree = try tree(
            "steps: [{id: a, run: a, needs: []}, {id: c, run: c, needs: []}, {id: b, run: b, needs: [a]}]")
        tree.earlier = EarlierDurations([
            try id("a"): [10_000, 12_000, 20_000], try id("b"): [5000, 5000, 5000], try id("c"): [1000, 1000, 1000],
        ])
        tree.begin(try id("a"), number: 1, isUndoing: false, at: 0)
        #expect(lines(&tree, at: 2000) == ["● a  2.00 s  ~10 s left", "  about 15 s left"])
        // Beyond the median, until nine in ten were over; beyond that nothing.
        #expect(lines(&tree, at: 14_000).first == "● a  14.00 s  ~6 s left")
        #expect(lines(&tree, at: 25_000) == ["● a  25.00 s"])
        tree.end(try id("a"))
        tree.ended = [try id("a"), try id("c")]
        tree.begin(try id("b"), number: 2, isUndoing: false, at: 30_000)
        #expect(
            lines(&tree, at: 31_000) == ["● b  1.00 s  ~4 s left  attempt 2", "  about 4 s left"])
    }

    @Test func itemsStandBelowTheirStep() throws {
        var tree = try tree("steps: [{id: a, run: a, foreach: [1, 2]}, {id: b, run: b, needs: []}]")
        for step in ["a", "b", "a[0]", "a[1]"] {
            tree.begin(try id(step), number: 1, isUndoing: false, at: 0)
        }
        #expect(
            lines(&tree, at: 1000) == ["● a  1.00 s", "  └ a[0]  1.00 s", "  └ a[1]  1.00 s", "● b  1.00 s"])
        #expect(lines(&tree, at: 1000, columns: 12).allSatisfy { $0.count <= 11 })
        #expect(lines(&tree, at: 1000, rows: 5) == ["● a  1.00 s", "  └ a[0]  1.00 s", "  and 2 more"])
    }

    /// Every step of thousands begins and ends with a new drawing; each must not go through all of them.
    @Test func anEstimateIsNotMadeAnewWithEachDrawing() throws {
        let all = (0..<5000).map { "s\($0)" }
        var tree = try tree("steps:\n" + all.map { "  - {id: \($0), run: x}\n" }.joined())
        tree.earlier = EarlierDurations(Dictionary(uniqueKeysWithValues: try all.map { (try id($0), [10, 10, 10]) }))
        let clock = ContinuousClock()
        let took = try clock.measure {
            for (index, name) in all.enumerated() {
                tree.begin(try id(name), number: 1, isUndoing: false, at: index / 10)
                _ = lines(&tree, at: index / 10)
                tree.end(try id(name))
                tree.ended.insert(try id(name))
            }
        }
        // Each anew takes minutes.
        #expect(took < .seconds(10))
        tree.begin(try id("s4999"), number: 1, isUndoing: false, at: 0)
        #expect(lines(&tree, at: 700).count == 1)
    }
}
