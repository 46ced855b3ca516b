import Testing
import WorkflowLanguage

@Suite struct PhraseTests {
    @Test func saysWhatWasDoneInAFewWords() throws {
        let comparison = try compareWorkflows(
            """
            timeout: 1h
            on: push
            steps:
              - {id: fetch, run: x}
              - {id: load, run: y, retry: {max-attempts: 3}, timeout: 30s}
            """,
            """
            timeout: 2h
            inputs: {day: }
            steps:
              - {id: fetch, run: x, timeout: 1m}
              - {id: load, run: y, retry: {max-attempts: 5}}
              - {id: notify, run: z}
            """)
        #expect(
            comparison.phrases == [
                "add input day and notify", "remove trigger push", "timeout 1h → 2h", "fetch: add timeout",
                "load: retry 3 → 5, remove timeout",
            ])
    }

    @Test func namesMoves() throws {
        let comparison = try compareWorkflows(
            "steps: [{id: a, run: x, needs: []}, {id: b, run: y, needs: []}, {id: c, run: z, needs: []}]",
            "steps: [{id: c, run: z, needs: []}, {id: a, run: x, needs: []}, {id: b, run: y, needs: []}]")
        #expect(comparison.phrases == ["move c"])
    }
}
