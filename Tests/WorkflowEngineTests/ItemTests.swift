import DocumentTree
import Foundation
import Synchronization
import Testing

@testable import WorkflowEngine
@testable import WorkflowLanguage

/// Steps that are done once for each of several items.
@Suite struct ItemTests {
    /// A workflow as its author writes it.
    private func parsed(_ text: String) throws -> Workflow {
        let name = try #require(WorkflowName("test"))
        let result = Workflow.parse(Array(("workspace: worktree\n" + text).utf8), name: name)
        return try #require(result.workflow, "\(result.problems)")
    }

    @Test func eachItemIsAStepOfItsOwn() throws {
        let ran = try run(
            parsed(
                """
                steps:
                  - id: list
                    run: echo 'words=["a", "b c"]' | sed 's/words=/{"words":/; s/$/}/' >> "$WFREPO_OUTPUT"
                  - id: each
                    foreach: ${{ steps.list.outputs.words }}
                    run: echo "got ${{ item }} at ${{ item_index }}" && echo "$WFREPO_STEP_ID" >> "$WFREPO_ROOT/ids"
                  - id: after
                    run: echo "${{ join(steps.each.outputs.results.*.stdout, ', ') }}"
                """), parallelism: 1)
        #expect(ran.record.status == .succeeded)
        #expect(ran["after"]?.outputs["stdout"] == "got a at 0, got b c at 1")
        #expect(ran.folder.read("ids") == "each[0]\neach[1]\n")
        #expect(ran.record.steps.map(\.id.description) == ["list", "each", "after", "each[0]", "each[1]"])
        #expect(ran["each"]?.outputs["count"] == 2)
        #expect(ran["each"]?.outputs["outcomes"] == ["success", "success"])
        let item = try #require(ran["each[1]"])
        #expect(item.item == ItemRecord(step: try #require(StepID("each")), index: 1, value: "b c"))
        #expect(try ran.log("each[1]") == "got b c at 1\n")
        #expect(try RunRecord(ran.record.value) == ran.record)
        #expect(try ran.engine.store.record(ran.record.run) == ran.record)
    }

    @Test func aMatrixIsAllCombinations() throws {
        let ran = try run(
            parsed(
                """
                steps:
                  - id: build
                    name: on ${{ matrix.os }}
                    matrix: {os: [a, b], n: [1, 2], exclude: [{os: a, n: 2}]}
                    run: echo "${{ matrix.os }}${{ matrix.n }}"
                """))
        #expect(
            ran["build"]?.outputs["results"]?.items?.map { $0["stdout"] } == ["a1", "b1", "b2"])
        #expect(ran["build[2]"]?.title == "on b")
    }

    @Test func noMoreItemsThanMayAreUnderWay() throws {
        let busy = Mutex((now: 0, most: 0))
        let ran = try run(
            parsed("steps: [{id: a, foreach: [1, 2, 3, 4, 5, 6], max-parallel: 2, run: sleep 0.05}]"), parallelism: 6,
            observer: { _, _, progress in
                busy.withLock { busy in
                    switch progress {
                    case .attemptStarted(let step, _, _) where step.description.hasSuffix("]"):
                        busy.now += 1
                        busy.most = max(busy.most, busy.now)
                    case .stepEnded(let record) where record.item != nil: busy.now -= 1
                    default: break
                    }
                }
            })
        #expect(ran.record.status == .succeeded)
        #expect(busy.withLock { $0.most } == 2)
    }

    @Test func aFailureEndsTheOtherItems() throws {
        let ran = try run(
            parsed(
                """
                steps:
                  - {id: a, foreach: [1, 2, 3], max-parallel: 2, run: "[ ${{ item }} = 1 ] && exit 7; exec sleep 60"}
                  - {id: b, run: "true"}
                """))
        #expect(ran.record.status == .failed)
        #expect(ran["a[0]"]?.status == .failed)
        #expect(ran["a[1]"]?.status == .cancelled)
        #expect(ran["a[2]"]?.skipped == "item a[0] failed")
        #expect(
            ran["a"]?.error
                == StepError("items", "1 of 3 items failed; a[0]: the script exited with status 7"))
        #expect(ran.record.error?.step?.description == "a")
        #expect(ran["b"]?.skipped == "step a failed")
        #expect(ran["a"]?.outputs["outcomes"] == ["failure", "cancelled", "skipped"])
    }

    @Test func withoutFailFastAllItemsAreDone() throws {
        let ran = try run(
            parsed(
                """
                steps:
                  - {id: a, foreach: [1, 2, 3], fail-fast: false, continue-on-error: true, run: "[ ${{ item }} != 2 ]"}
                  - {id: b, run: "echo ${{ steps.a.outcome }} ${{ steps.a.conclusion }}"}
                """))
        #expect(ran.record.status == .succeeded)
        #expect(ran["a"]?.outputs["outcomes"] == ["success", "failure", "success"])
        #expect(ran["b"]?.outputs["stdout"] == "failure success")
    }

    @Test func itemsAreTriedAgainAndUndoneEachForItself() throws {
        let ran = try run(
            parsed(
                """
                on-failure: compensate
                steps:
                  - id: a
                    foreach: [x, y]
                    retry: {strategy: immediate, max-attempts: 2}
                    run: '[ "$WFREPO_ATTEMPT" = 2 ]'
                    compensate:
                      run: echo "undo ${{ item }}" >> "$WFREPO_ROOT/undone"
                  - {id: b, run: exit 1}
                """),
            parallelism: 1)
        #expect(ran.record.status == .compensated)
        #expect(ran["a[0]"]?.attempts.count == 2)
        #expect(ran.folder.read("undone") == "undo y\nundo x\n")
        #expect(ran["a"]?.status == .succeeded)
    }

    @Test(arguments: [
        ("[]", StepStatus.succeeded, nil), ("${{ 'text' }}", .failed, "`foreach` is no list"),
        ("${{ fromJSON('[') }}", .failed, nil),
    ])
    func listsOfNoItems(list: String, status: StepStatus, message: String?) throws {
        let ran = try run(
            parsed("steps:\n  - {id: a, run: 'true', foreach: \"\(list)\"}".replacing("\"[]\"", with: "[]")))
        #expect(ran["a"]?.status == status)
        if let message { #expect(ran["a"]?.error == StepError("expression", message)) }
        #expect(ran.record.steps.count == 1)
    }

    @Test func aCancelledRunCancelsItsItems() throws {
        let ran = try run(
            parsed("steps: [{id: a, foreach: [1, 2, 3], max-parallel: 1, run: exec sleep 60}, {id: b, run: 'true'}]"),
            observer: { engine, run, progress in
                guard case .attemptStarted(let step, _, _) = progress, step.description == "a[0]" else { return }
                do {
                    try engine.send(RunSignal(.cancel(compensating: true)), to: run)
                } catch {
                    Issue.record(error)
                }
            })
        #expect(ran.record.status == .cancelled)
        #expect(ran["a"]?.status == .cancelled)
        #expect(ran["a[0]"]?.status == .cancelled)
        #expect(ran["a[1]"]?.status == .skipped)
    }

    @Test func secretsInItemsAreMasked() throws {
        var workflow = try parsed(
            "steps:\n  - id: a\n    foreach: [\"${{ inputs.key }}\"]\n    run: echo ${{ item }}\ninputs: {key: }")
        workflow.secrets = [SecretDeclaration(name: "KEY")]
        let ran = try run(workflow, secrets: ["KEY": "hunter2hunter2"], inputs: ["key": "hunter2hunter2"])
        #expect(ran["a[0]"]?.item?.value == "***")
        #expect(ran["a[0]"]?.outputs["stdout"] == "***")
    }
}

/// `choose`.
@Suite struct ChoiceTests {
    private func run(_ n: Int) async throws -> RunRecord {
        let text = """
            workspace: worktree
            inputs: {n: {type: integer}}
            steps:
              - id: route
                uses: choose
                with:
                  branches:
                    - {if: inputs.n > 10, name: big, then: [large, huge]}
                    - {if: "${{ inputs.n > 5 }}", then: medium}
                  otherwise: [small]
              - {id: large, run: "true", needs: []}
              - {id: huge, run: "true"}
              - {id: medium, run: "true", needs: []}
              - {id: small, run: "true", needs: []}
              - {id: last, run: "true"}
            """
        let parsed = Workflow.parse(Array(text.utf8), name: try #require(WorkflowName("test")))
        let workflow = try #require(parsed.workflow, "\(parsed.problems)")
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result { try WorkflowEngineTests.run(workflow, inputs: ["n": .integer(n)]).record })
            }
        }
    }

    @Test(arguments: [
        (20, ["large", "huge"], Value.string("big")), (7, ["medium"], .integer(2)), (1, ["small"], .null),
    ])
    func oneBranchGoesOn(n: Int, steps: [String], branch: Value) async throws {
        let record = try await run(n)
        #expect(record.status == .succeeded)
        let done = record.steps.dropFirst().filter { $0.status == .succeeded }.map(\.id.description)
        #expect(done == steps + ["last"])
        #expect(record.steps[0].outputs["branch"] == branch)
    }

    @Test func theOthersSayWhy() async throws {
        let record = try await run(20)
        #expect(record.steps.first { $0.id.description == "small" }?.skipped == "step route chose the branch big")
    }
}
