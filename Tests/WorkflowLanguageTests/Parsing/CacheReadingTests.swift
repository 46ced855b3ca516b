import Testing
import WorkflowLanguage

@Suite struct CacheReadingTests {
    private func errors(_ text: String) throws -> [String] {
        Workflow.parse(Array(text.utf8), name: try #require(WorkflowName("a"))).errors.map(\.description)
    }

    @Test func aCacheIsRead() throws {
        let text = """
            steps:
              - run: make
                cache: {key: ["${{ hashFiles('src/**') }}"], paths: build}
              - run: test
                cache: {}
            """
        let name = try #require(WorkflowName("a"))
        let workflow = try #require(Workflow.parse(Array(text.utf8), name: name).workflow)
        #expect(workflow.steps[0].cache?.key?.count == 1)
        #expect(workflow.steps[0].cache?.paths.map(\.literal) == ["build"])
        let second = try #require(workflow.steps[1].cache)
        #expect(second.key == nil)
        #expect(second.paths.isEmpty)
    }

    @Test func whatCannotBeKeptIsRefusedWithItsPlace() throws {
        #expect(
            try errors("steps:\n  - run: a\n    compensate: {run: b}\n    cache: {key: a}\n") == [
                "workflows/a.yaml:4:12: a step that can be undone can't be cached: its undo would undo another run's work — keep `cache` for steps that only make something"
            ])
        #expect(
            try errors("steps:\n  - uses: approval\n    cache: {key: a}\n") == [
                "workflows/a.yaml:3:12: a step of the kind `approval` can't be cached — steps with `run` can, and the kinds file and transform"
            ])
        let request = "steps:\n  - uses: http\n    with: {url: 'https://a.test/'"
        #expect(try errors(request + "}\n    cache: {key: []}\n") == [])
        #expect(try errors(request + ", method: HEAD}\n    cache: {key: a}\n") == [])
        for change in [", method: DELETE", ", json: {}", ", method: '${{ inputs.m }}'"] {
            let found = try errors("inputs: {m: {}}\n" + request + change + "}\n    cache: {key: a}\n")
            #expect(
                found == [
                    "workflows/a.yaml:5:12: a request that may change something can't be cached — the methods GET and HEAD can, written out"
                ], "\(change)")
        }
        #expect(
            try errors(request + "}\n    cache: {}\n").first?.hasPrefix(
                "workflows/a.yaml:4:12: what the answer to a request depends on must be said by `key`") == true)
        #expect(
            try errors("steps:\n  - run: a\n    cache: {paths: [../b]}\n") == [
                "workflows/a.yaml:3:21: `paths` must lie in the workspace, not at `../b` — write patterns relative to the workspace"
            ])
        #expect(try errors("steps:\n  - run: a\n    cache: {path: b}\n").first?.contains("write `paths`") == true)
    }
}
