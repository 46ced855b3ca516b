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

    @Test func nothingIsSaidOfWhatIsLeftWithoutData() throws {
        var tree = try tree("steps: [{id: a, run: a}, {id: b, run: b}]")
        tree.begin(try id("a"), number: 1, isUndoing: false, at: 1000)
        #expect(tree.lines(at: 3500, columns: 80) == ["● a  2.50 s"])
        tree.earlier = EarlierDurations([try id("a"): [9000, 10_000]])
        #expect(tree.lines(at: 3500, columns: 80) == ["● a  2.50 s"])
    }

    @Test func whatIsLeftComesFromEarlierRuns() throws {
        var tree = try tree(
            "steps: [{id: a, run: a, needs: []}, {id: c, run: c, needs: []}, {id: b, run: b, needs: [a]}]")
        tree.earlier = EarlierDurations([
            try id("a"): [10_000, 12_000, 20_000], try id("b"): [5000, 5000, 5000], try id("c"): [1000, 1000, 1000],
        ])
        tree.begin(try id("a"), number: 1, isUndoing: false, at: 0)
        #expect(tree.lines(at: 2000, columns: 80) == ["● a  2.00 s  ~10 s left", "  about 15 s left"])
        // Beyond the median, until nine in ten were over; beyond that nothing.
        #expect(tree.lines(at: 14_000, columns: 80).first == "● a  14.00 s  ~6 s left")
        #expect(tree.lines(at: 25_000, columns: 80) == ["● a  25.00 s"])
        tree.end(try id("a"))
        tree.ended = [try id("a"), try id("c")]
        tree.begin(try id("b"), number: 2, isUndoing: false, at: 30_000)
        #expect(
            tree.lines(at: 31_000, columns: 80) == ["● b  1.00 s  ~4 s left  attempt 2", "  about 4 s left"])
    }

    @Test func itemsStandBelowTheirStep() throws {
        var tree = try tree("steps: [{id: a, run: a, foreach: [1, 2]}, {id: b, run: b, needs: []}]")
        for step in ["a", "b", "a[0]", "a[1]"] {
            tree.begin(try id(step), number: 1, isUndoing: false, at: 0)
        }
        #expect(
            tree.lines(at: 1000, columns: 80) == ["● a  1.00 s", "  └ a[0]  1.00 s", "  └ a[1]  1.00 s", "● b  1.00 s"])
        #expect(tree.lines(at: 1000, columns: 12).allSatisfy { $0.count <= 11 })
    }
}
