import Testing
import WorkflowLanguage

@Suite struct LimitReadingTests {
    private func errors(_ text: String) throws -> [String] {
        Workflow.parse(Array(text.utf8), name: try #require(WorkflowName("a"))).errors.map(\.description)
    }

    @Test func aKindWithAProcessMayHaveLimits() throws {
        let step = "{uses: transform, with: {input: '1', program: .}, limits: {memory: 1GiB}}"
        #expect(try errors("steps: [\(step)]").filter { $0.contains("limits") } == [])
    }

    @Test(arguments: ["approval", "delay", "log"])
    func aKindWithoutOneIsRefused(kind: String) throws {
        let found = try errors("steps:\n  - uses: \(kind)\n    limits: {memory: 1GiB}\n")
        let expected =
            "workflows/a.yaml:3:13: `limits` can't bound a step of the kind `\(kind)`, which has no process of its own"
            + " — steps with `run` have one, and the kinds emit, file, http, notify, transform"
        #expect(found.contains(expected))
    }

    @Test func ofACallTheCalledStepsHaveThem() throws {
        let found = try errors("steps:\n  - uses: workflow\n    with: {name: b}\n    limits: {memory: 1GiB}\n")
        #expect(found.first?.hasSuffix("write `limits` in the steps of the workflow that it calls") == true)
    }
}
