import Testing
import WorkflowLanguage

@testable import WorkflowEngine

@Suite struct RetryTests {
    private func policy(
        _ strategy: RetryPolicy.Strategy, attempts: Int = 9, delay: Duration = .seconds(2), factor: Double = 3,
        max: Duration? = nil, jitter: Double = 0, on: [FailureClass] = []
    ) -> RetryPolicy {
        RetryPolicy(
            strategy: strategy, maxAttempts: attempts, delay: delay, factor: factor, maxDelay: max, jitter: jitter,
            on: on)
    }

    private func delays(_ policy: RetryPolicy, random: Double = 0.5) -> [Duration?] {
        (1...4).map {
            RetrySchedule(policy).delay(afterAttempt: $0, error: StepError("exit", ""), exit: 1, random: random)
        }
    }

    @Test func everyStrategyHasItsDelays() {
        #expect(delays(policy(.none)) == [nil, nil, nil, nil])
        #expect(delays(policy(.immediate)) == [.zero, .zero, .zero, .zero])
        #expect(delays(policy(.fixed)) == [.seconds(2), .seconds(2), .seconds(2), .seconds(2)])
        #expect(delays(policy(.linear)) == [.seconds(2), .seconds(4), .seconds(6), .seconds(8)])
        #expect(delays(policy(.exponential)) == [.seconds(2), .seconds(6), .seconds(18), .seconds(54)])
    }

    @Test func attemptsAndDelaysAreBounded() {
        #expect(delays(policy(.fixed, attempts: 3)) == [.seconds(2), .seconds(2), nil, nil])
        #expect(
            delays(policy(.exponential, max: .seconds(10))) == [.seconds(2), .seconds(6), .seconds(10), .seconds(10)])
        let endless = policy(.exponential, attempts: .max, factor: 1e300)
        let last = RetrySchedule(endless).delay(
            afterAttempt: 1_000_000, error: StepError("exit", ""), exit: 1, random: 0)
        #expect(last == .seconds(315_360_000))
    }

    @Test func jitterVariesTheDelayBothWays() {
        #expect(delays(policy(.fixed, jitter: 0.1), random: 0).first == .milliseconds(1800))
        #expect(delays(policy(.fixed, jitter: 0.1), random: 0.5).first == .seconds(2))
        #expect(delays(policy(.fixed, jitter: 0.5), random: 0.75).first == .milliseconds(2500))
    }

    @Test func noDelayIsShorterThanTheFailureAsksFor() {
        func delay(_ policy: RetryPolicy, _ wait: Int) -> Duration? {
            RetrySchedule(policy).delay(
                afterAttempt: 1, error: StepError("http-429", "", retryAfter: .seconds(wait)), exit: nil, random: 0)
        }
        #expect(delay(policy(.fixed), 30) == .seconds(30))
        #expect(delay(policy(.fixed), 1) == .seconds(2))
        #expect(delay(policy(.fixed, max: .seconds(5)), 30) == .seconds(30))
        #expect(delay(policy(.immediate, on: [.http429]), 30) == .seconds(30))
        #expect(delay(policy(.immediate, on: [.network]), 30) == nil)
    }

    @Test func onlyNamedFailuresAreTriedAgain() {
        let some = RetrySchedule(policy(.immediate, on: [.timeout, .exit([75])]))
        #expect(some.delay(afterAttempt: 1, error: StepError("exit", ""), exit: 75, random: 0) == .zero)
        #expect(some.delay(afterAttempt: 1, error: StepError("exit", ""), exit: 1, random: 0) == nil)
        #expect(some.delay(afterAttempt: 1, error: StepError("timeout", ""), exit: nil, random: 0) == .zero)
    }

    @Test func aStepIsTriedUntilItSucceeds() throws {
        let ran = try run(
            workflow([
                step(
                    "s", "echo try $WFREPO_ATTEMPT; [ \"$WFREPO_ATTEMPT\" -ge 3 ]",
                    retry: policy(.fixed, attempts: 5, delay: .milliseconds(10))), step("next", "true"),
            ]))
        let step = try #require(ran["s"])
        #expect(ran.record.status == .succeeded)
        #expect(step.attempts.map(\.number) == [1, 2, 3])
        #expect(step.attempts.map(\.exit) == [1, 1, 0])
        #expect(step.attempts.map(\.error?.kind) == ["exit", "exit", nil])
        #expect(try ran.log("s", attempt: 1) == "try 1\n")
        #expect(try ran.log("s", attempt: 3) == "try 3\n")
        #expect(try ran.engine.store.record(ran.record.run) == ran.record)
    }

    @Test func aStepFailsAfterItsLastAttempt() throws {
        let ran = try run(workflow([step("s", "exit 9", retry: policy(.immediate, attempts: 3))]))
        #expect(ran["s"]?.attempts.count == 3)
        #expect(ran["s"]?.status == .failed)
    }

    @Test func theTotalTimeoutEndsRetrying() throws {
        let ran = try run(
            workflow([
                step(
                    "s", "exit 1", retry: policy(.fixed, attempts: 100, delay: .milliseconds(100)),
                    totalTimeout: .milliseconds(350))
            ]))
        let attempts = try #require(ran["s"]?.attempts.count)
        #expect((2...4).contains(attempts))
        #expect(ran["s"]?.status == .failed)
    }
}
