import DocumentTree
import Testing
import WorkflowLanguage

@Suite struct WorkflowParseTests {
    /// The example of the language's documentation, without what isn't built yet.
    static let example = #"""
        name: Nightly orders
        description: Pull orders, load the warehouse, tell the team
        on:
          commit: {branches: [main]}
          push: {branches: [main], paths: [sql/**]}
        inputs:
          day: {type: string, required: true, pattern: '^\d{4}-\d{2}-\d{2}$'}
          full: {type: boolean, default: false}
        env: {WAREHOUSE: dwh, PORT: 8080}
        secrets: [API_TOKEN]
        concurrency: {group: orders, limit: 1, policy: queue}
        timeout: 2h
        defaults: {retry: {strategy: exponential, max-attempts: 3, delay: 2s}}
        on-failure: compensate
        steps:
          - id: fetch
            run: |
              curl -H "Authorization: Bearer ${{ secrets.API_TOKEN }}" "https://example.test/?day=${{ inputs.day }}"
            retry: {max-attempts: 5, factor: 3, max-delay: 1m, jitter: 0.1, on: [timeout, {exit: [75]}]}
            timeout: 30s
          - id: load
            needs: [fetch]
            if: ${{ steps.fetch.outputs.exit == 0 }}
            run: ./load.sh "${{ steps.fetch.outputs.stdout }}"
            compensate: {run: './unload.sh "$BATCH"', env: {BATCH: "${{ steps.load.outputs.batch }}"}}
          - id: tell
            uses: log
            if: ${{ always() }}
            continue-on-error: true
            with: {message: "orders {{ inputs.day }}: ${{ steps.load.outcome }}"}
          - run: true
        """#

    @Test func theExampleReads() throws {
        let workflow = try workflow(Self.example)
        #expect(workflow.title == "Nightly orders")
        #expect(workflow.triggers.map(\.event) == [.commit, .push])
        #expect(workflow.triggers[1].paths == ["sql/**"])
        #expect(workflow.inputs.map(\.name) == ["day", "full"])
        #expect(workflow.inputs[1].defaultValue == false)
        #expect(workflow.environment.map(\.value.literal) == ["dwh", "8080"])
        #expect(workflow.secrets.map(\.name) == ["API_TOKEN"])
        #expect(workflow.concurrency?.group.literal == "orders")
        #expect(workflow.timeout == .seconds(7200))
        #expect(workflow.onFailure == .compensate)
        #expect(workflow.isEnabled)
        #expect(workflow.workspace == .checkout)
        #expect(workflow.steps.map(\.id.description) == ["fetch", "load", "tell", "step-4"])
        #expect(workflow.steps.map { $0.needs.map(\.description) } == [[], ["fetch"], ["load"], ["tell"]])
    }

    @Test func retryTakesWhatItLeavesOutFromTheDefaults() throws {
        let steps = try workflow(Self.example).steps
        #expect(
            steps[0].retry
                == RetryPolicy(
                    strategy: .exponential, maxAttempts: 5, delay: .seconds(2), factor: 3, maxDelay: .seconds(60),
                    jitter: 0.1,
                    on: [.timeout, .exit([75])]))
        #expect(
            steps[1].retry
                == RetryPolicy(
                    strategy: .exponential, maxAttempts: 3, delay: .seconds(2), factor: 2, maxDelay: nil, jitter: 0,
                    on: []))
        #expect(try workflow("steps: [{run: a}]").steps[0].retry == .never)
        #expect(
            try workflow("defaults: {retry: {}}\nsteps: [{run: a, retry: {strategy: none}}]").steps[0].retry == .never)
        #expect(try workflow("steps: [{run: a, retry: {strategy: immediate}}]").steps[0].retry.delay == .zero)
    }

    @Test func aStepWithoutNeedsWaitsForTheStepAbove() throws {
        let steps = try workflow(
            "steps: [{run: a}, {run: b}, {id: c, run: c, needs: []}, {run: d}, {run: e, needs: c}]"
        ).steps
        #expect(steps.map { $0.needs.map(\.description) } == [[], ["step-1"], [], ["c"], ["c"]])
        #expect(steps.map(\.hasWrittenNeeds) == [false, false, true, false, true])
    }

    @Test func coreSchemaWordsAreTexts() throws {
        let workflow = try workflow("on: push\nname: no\nsteps: [{run: true}, {run: 0x10}]")
        #expect(workflow.title == "no")
        #expect(workflow.triggers.map(\.event) == [.push])
        guard case .shell(let script) = workflow.steps[1].work, case .text(let text) = script.parts.first else {
            Issue.record("no script")
            return
        }
        #expect(text == "0x10")
    }

    @Test func kindsHaveTheirParameters() throws {
        let workflow = try workflow("steps: [{uses: log, with: {message: '{{ run.id }}'}}, {uses: fail}]")
        guard case .kind(let name, let parameters) = workflow.steps[0].work else {
            Issue.record("no kind")
            return
        }
        #expect(name.description == "log")
        #expect(try parameters.evaluate(in: ConstantContext(["run": ["id": "R1"]])) == ["message": "R1"])
    }

    @Test func hashesTellMeaningFromLayout() throws {
        let one = try workflow("name: a\nsteps:\n  - {id: x, run: b}\n  - {id: y, run: c}")
        let other = try workflow("# a comment\nsteps: [{run: \"b\", id: x}, {id: 'y', run: c}]\nname: a\n")
        let changed = try workflow("name: a\nsteps:\n  - {id: x, run: b}\n  - {id: y, run: d}")
        #expect(one.hash == other.hash)
        #expect(one.steps.map(\.hash) == other.steps.map(\.hash))
        #expect(one.hash != changed.hash)
        #expect(one.steps[0].hash == changed.steps[0].hash)
        #expect(one.steps[1].hash != changed.steps[1].hash)
        // SHA-256 of {"name":"a","steps":[{"id":"x","run":"b"},{"id":"y","run":"c"}]}, by sha256sum.
        #expect(one.hash.description == "10153c45e0fc50c2cf90470c33f783e2b30997dd7af07699e5f050cf0d233885")
    }

    @Test func anEnvironmentChangesTheHashOfEveryStep() throws {
        let one = try workflow("env: {A: 1}\nsteps: [{run: b}]")
        let other = try workflow("env: {A: 2}\nsteps: [{run: b}]")
        #expect(one.steps[0].hash != other.steps[0].hash)
    }

    @Test func longChainsAreFast() throws {
        let lines = (0..<5000).map { "  - {id: s\($0), run: \"echo ${{ steps.s\(max(0, $0 - 1)).outcome }}\"}" }
        let text = "steps:\n  - {id: s0, run: a}\n" + lines.dropFirst().joined(separator: "\n")
        let clock = ContinuousClock()
        let start = clock.now
        #expect(try workflow(text).steps.count == 5000)
        #expect(clock.now - start < .seconds(20))
    }
}
