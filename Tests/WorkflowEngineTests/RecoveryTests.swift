import Foundation
import Testing
import WorkflowLanguage

@testable import WorkflowEngine

/// What happens after `kill -9` of the process that drives a run.
@Suite struct RecoveryTests {
    private func killed(_ yaml: String, once file: String = "up") throws -> (DriverProcess, TemporaryFolder) {
        let folder = try TemporaryFolder()
        let driver = try DriverProcess(folder, yaml: "workspace: worktree\n" + yaml)
        try driver.waitForFile(file)
        driver.kill()
        return (driver, folder)
    }

    @Test func finishedStepsDoNotRunAgainAndAnInterruptedOneDoes() throws {
        let (driver, folder) = try killed(
            """
            steps:
              - id: a
                run: |
                  echo a >> order
                  echo n=5 >> $WFREPO_OUTPUT
              - id: b
                run: |
                  echo "b$WFREPO_ATTEMPT $WFREPO_IDEMPOTENCY_KEY" >> order
                  [ "$WFREPO_ATTEMPT" -gt 1 ] || { echo > up; sleep 1000; }
              - id: c
                run: echo "c${{ steps.a.outputs.n }}" >> order
            """)
        let run = driver.run
        let engine = try driver.engine()
        #expect(try engine.interruptedRuns() == [run])
        #expect(try engine.store.record(run).status == .running)
        #expect(try driver.drive() == "succeeded")
        #expect(folder.read("order") == "a\nb1 \(run)/b\nb2 \(run)/b\nc5\n")
        let record = try engine.store.record(run)
        #expect(record.steps.map { $0.attempts.count } == [1, 2, 1])
        #expect(record.steps[1].attempts[0].error == StepError("interrupted", "its runner died"))
        #expect(try engine.interruptedRuns().isEmpty)
    }

    @Test func onInterruptFailFails() throws {
        let (driver, folder) = try killed(
            """
            on-failure: compensate
            steps:
              - id: a
                run: echo a >> order
                compensate: {run: echo undo-a >> order}
              - id: b
                on-interrupt: fail
                run: echo b >> order; echo > up; sleep 1000
            """)
        #expect(try driver.drive() == "compensated")
        #expect(folder.read("order") == "a\nb\nundo-a\n")
    }

    @Test func onInterruptFailEndsWhatWasCalled() throws {
        let folder = try TemporaryFolder()
        let called = """
            workspace: worktree
            on-failure: compensate
            steps:
              - {run: echo book >> order, compensate: {run: echo unbook >> order}}
              - run: |
                  echo > up
                  sleep 1000
            """
        try Data(called.utf8).write(to: URL(fileURLWithPath: "\(folder.path)/called.yaml"))
        let driver = try DriverProcess(
            folder,
            yaml: """
                workspace: worktree
                steps:
                  - {id: call, uses: workflow, with: {name: called}, on-interrupt: fail, retry: {max-attempts: 3, delay: 0}}
                """)
        try driver.waitForFile("up")
        driver.kill()
        let engine = try driver.engine()
        #expect(try engine.runsToTakeUp().count == 2)
        #expect(try engine.runsToTakeUp(withCalled: false) == [driver.run])
        #expect(try driver.drive() == "failed")
        #expect(folder.read("order") == "book\nunbook\n")
        let step = try engine.store.record(driver.run).steps[0]
        #expect(step.error == StepError("interrupted", "its runner died"))
        #expect(step.attempts.count == 2)
        #expect(try engine.runsToTakeUp().isEmpty)
        #expect(try engine.store.runs().map(\.status).sorted { $0.rawValue < $1.rawValue } == [.compensated, .failed])
    }

    @Test func onInterruptAskWaitsForAPerson() throws {
        let (driver, folder) = try killed(
            """
            steps:
              - id: b
                on-interrupt: ask
                run: |
                  echo b >> order
                  [ "$WFREPO_ATTEMPT" -gt 1 ] || { echo > up; sleep 1000; }
              - id: c
                run: echo c >> order
            """)
        #expect(try driver.drive() == "waiting")
        #expect(try driver.engine().runsToTakeUp().isEmpty)
        // Taking it up does not answer for the person.
        #expect(try driver.drive() == "waiting")
        #expect(try driver.resume() == "succeeded")
        #expect(folder.read("order") == "b\nb\nc\n")
    }

    @Test func processesOfTheDeadRunnerAreEndedFirst() throws {
        let (driver, folder) = try killed(
            """
            steps:
              - id: b
                run: |
                  if [ "$WFREPO_ATTEMPT" = 1 ]; then
                    setsid sh -c 'while :; do echo x >> noise; sleep 0.01; done' >/dev/null 2>&1 &
                    until [ -e noise ]; do :; done
                    echo > up
                    sleep 1000
                  fi
                  cp noise before
                  sleep 0.2
                  cmp noise before
            """)
        #expect(try driver.drive() == "succeeded")
        #expect(folder.read("before") != nil)
    }

    @Test func anInterruptedUndoGoesOn() throws {
        let (driver, folder) = try killed(
            """
            on-failure: compensate
            steps:
              - id: a
                run: "true"
                compensate: {run: echo undo-a >> order}
              - id: b
                run: "true"
                compensate: {run: 'echo undo-b$WFREPO_ATTEMPT >> order; [ "$WFREPO_ATTEMPT" -gt 1 ] || { echo > up; sleep 1000; }'}
              - id: c
                run: exit 1
            """)
        #expect(try driver.drive() == "compensated")
        #expect(folder.read("order") == "undo-b1\nundo-b2\nundo-a\n")
    }

    @Test func aRetryKeepsItsTime() throws {
        let (driver, folder) = try killed(
            """
            steps:
              - id: a
                retry: {strategy: fixed, max-attempts: 2, delay: 2s}
                run: date +%s%N >> times; [ "$WFREPO_ATTEMPT" -gt 1 ]
              - id: watch
                needs: []
                run: until [ -e times ]; do :; done; sleep 0.5; [ -e up ] || { echo > up; sleep 1000; }
            """)
        #expect(try driver.drive() == "succeeded")
        let times = (folder.read("times") ?? "").split(separator: "\n").compactMap { Int($0) }
        try #require(times.count == 2)
        #expect((1_900_000_000...3_500_000_000).contains(times[1] - times[0]))
    }

    @Test func aCancelThatNobodyActedUponIsNotLost() throws {
        let (driver, folder) = try killed(
            """
            steps:
              - id: a
                run: echo > up; sleep 1000
              - id: b
                run: echo b >> order
            """)
        try driver.engine().send(.cancel(), to: driver.run)
        #expect(try driver.drive() == "cancelled")
        #expect(folder.read("order") == nil)
    }

    /// Kills at many points of a run with parallel steps, retries and a compensation.
    @Test func killedAtAnyPointTheRunEndsAsIfNothingHadHappened() throws {
        let yaml = """
            workspace: worktree
            on-failure: compensate
            steps:
              - {id: a, run: echo a >> a, needs: [], compensate: {run: echo ua >> ua}}
              - {id: b, run: echo b >> b, needs: [], compensate: {run: echo ub >> ub}}
              - {id: c, run: echo c >> c, needs: [a, b]}
              - {id: d, run: echo d >> d; exit 1, retry: {strategy: fixed, max-attempts: 2, delay: 20ms}}
            """
        for microseconds in stride(from: 1000, to: 60_000, by: 8000) {
            let folder = try TemporaryFolder()
            let driver = try DriverProcess(folder, yaml: yaml)
            usleep(UInt32(microseconds))
            driver.kill()
            let status = try driver.drive()
            #expect(status == "compensated", "killed after \(microseconds) µs")
            let record = try driver.engine().store.record(driver.run)
            #expect(record.steps.map(\.status) == [.compensated, .compensated, .succeeded, .failed])
            for step in record.steps {
                // A finished attempt ran once; an interrupted one left at most one line, too.
                let lines = (folder.read(step.id.description) ?? "").split(separator: "\n").count
                let finished = step.attempts.count { $0.exit != nil }
                #expect((finished...step.attempts.count).contains(lines))
            }
        }
    }
}
