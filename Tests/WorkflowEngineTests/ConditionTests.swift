import DocumentTree
import Testing
import WorkflowEngine
import WorkflowLanguage

/// Conditions as GitHub Actions has them.
@Suite struct ConditionTests {
    private func statuses(_ ran: Ran) -> [String: StepStatus] {
        Dictionary(uniqueKeysWithValues: ran.record.steps.map { ($0.id.description, $0.status) })
    }

    @Test func alwaysAndFailureRunAfterAFailure() throws {
        let ran = try run(
            workflow([
                step("bad", "exit 1"), step("next", "true"), step("rescue", "true", if: "failure()"),
                step("report", "true", if: "always()"), step("celebrate", "true", if: "success()"),
            ]))
        #expect(
            statuses(ran) == [
                "bad": .failed, "next": .skipped, "rescue": .succeeded, "report": .succeeded, "celebrate": .skipped,
            ])
        #expect(ran.record.status == .failed)
    }

    @Test func failureIsFalseWhereNothingFailed() throws {
        let ran = try run(workflow([step("a", "true"), step("rescue", "true", if: "failure()"), step("b", "true")]))
        #expect(statuses(ran) == ["a": .succeeded, "rescue": .skipped, "b": .succeeded])
        #expect(ran["rescue"]?.skipped == "its condition does not hold: failure()")
        #expect(ran.record.status == .succeeded)
    }

    @Test func aConditionSeesOutputsAndIsCombinedWithSuccess() throws {
        let ran = try run(
            workflow([
                step("a", "echo n=2 >> $WFREPO_OUTPUT"), step("yes", "true", if: "steps.a.outputs.n == 2"),
                step("no", "true", if: "steps.a.outputs.n > 2"),
                step("other", "true", if: "steps.yes.outcome == 'success' && steps.no.outcome == 'skipped'"),
            ]))
        #expect(statuses(ran) == ["a": .succeeded, "yes": .succeeded, "no": .skipped, "other": .succeeded])
    }

    @Test func aStepThatNamesASkippedOneIsSkippedAndAStepBelowItIsNot() throws {
        let ran = try run(
            workflow([
                step("off", "true", if: "false"), step("below", "true"), step("named", "true", needs: ["off"]),
                step("anyway", "true", needs: ["off"], if: "always()"), step("far", "true", needs: ["named"]),
            ]))
        #expect(
            statuses(ran) == [
                "off": .skipped, "below": .succeeded, "named": .skipped, "anyway": .succeeded, "far": .skipped,
            ])
        #expect(ran["named"]?.skipped == "step off was skipped")
        #expect(ran.record.status == .succeeded)
    }

    @Test func continueOnErrorChangesTheConclusionOnly() throws {
        let ran = try run(
            workflow([
                step("flaky", "exit 1", continueOnError: true),
                step("next", "echo ${{ steps.flaky.outcome }} ${{ steps.flaky.conclusion }}"),
            ]))
        #expect(ran["flaky"]?.outcome == .failure)
        #expect(ran["flaky"]?.conclusion == .success)
        #expect(ran["next"]?.outputs["stdout"] == "failure success")
        #expect(ran.record.status == .succeeded)
    }

    @Test func onFailureContinueGoesOnWithWhatDoesNotNeedTheFailedStep() throws {
        let steps = try [
            step("bad", "exit 1", needs: []), step("needs-it", "true", needs: ["bad"]),
            step("far", "true", needs: ["needs-it"], if: "failure()"), step("other", "true", needs: []),
            step("late", "true", needs: ["other"]),
        ]
        let ran = try run(workflow(steps, onFailure: .continue), parallelism: 1)
        #expect(
            statuses(ran) == [
                "bad": .failed, "needs-it": .skipped, "far": .succeeded, "other": .succeeded, "late": .succeeded,
            ])
        #expect(ran.record.status == .failed)
        let stopped = try run(workflow(steps, onFailure: .stop), parallelism: 1)
        #expect(statuses(stopped)["late"] == .skipped)
        #expect(stopped["late"]?.skipped == "step bad failed")
    }

    @Test func aConditionThatCannotBeEvaluatedFailsItsStep() throws {
        let ran = try run(workflow([step("a", "true", if: "fromJSON('{') == 1"), step("b", "true")]))
        #expect(ran["a"]?.status == .failed)
        #expect(ran["a"]?.error?.kind == "expression")
        #expect(ran["b"]?.status == .skipped)
    }
}
