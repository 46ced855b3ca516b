import DocumentTree
import Foundation
import Testing
import WorkflowLanguage

@testable import WorkflowEngine

/// Nothing that a step starts outlives it, and nothing that it does keeps a run from ending.
@Suite struct ProcessEndingTests {
    /// Whether the process whose number a step wrote to a file is gone.
    private func isGone(_ file: String, in ran: Ran) throws -> Bool {
        let pid = try #require(
            ran.folder.read(file).flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) })
        // A killed process is gone as soon as it is scheduled; the kernel gives no sign that could be awaited here.
        for _ in 0..<2000 {
            guard let stat = ProcessTable.stat(of: pid), stat.state != UInt8(ascii: "Z") else { return true }
            usleep(1000)
        }
        return false
    }

    @Test func aTimeoutEndsTheWholeGroup() throws {
        let ran = try run(
            workflow([step("s", "sleep 1000 & echo $! > child; sleep 1000", timeout: .milliseconds(200))]))
        #expect(ran.record.status == .failed)
        #expect(ran["s"]?.error == StepError("timeout", "the attempt took longer than 200ms"))
        #expect(ran["s"]?.attempts.first?.signal == 15)
        #expect(try isGone("child", in: ran))
    }

    @Test func aStepMayEndInItsOwnWayAfterTERM() throws {
        let ran = try run(
            workflow([
                step(
                    "s", "trap 'echo bye; exit 5' TERM; echo ready; while :; do sleep 0.01; done",
                    timeout: .milliseconds(300))
            ]), configure: { $0.grace = .seconds(20) })
        #expect(ran["s"]?.attempts.first?.exit == 5)
        #expect(ran["s"]?.outputs["stdout"] == "ready\nbye")
        #expect(ran["s"]?.error?.kind == "timeout")
    }

    /// A shell ends with TERM at once, and what it had started may need its time.
    @Test func whatAScriptStartedHasTheGraceToo() throws {
        let script = """
            sh -c 'trap "sleep 0.1; echo bye; exit" TERM; echo ready; while :; do sleep 0.01; done'
            echo never
            """
        let ran = try run(
            workflow([step("s", script, timeout: .milliseconds(300))]), configure: { $0.grace = .seconds(20) })
        #expect(ran["s"]?.outputs["stdout"] == "ready\nbye")
        #expect(ran["s"]?.error?.kind == "timeout")
    }

    @Test func whatAScriptStartedIsKilledWhenTheGraceIsOver() throws {
        let ran = try run(
            workflow([
                step(
                    "s", "sh -c 'trap \"\" TERM; echo $$ > pid; while :; do sleep 1; done'; echo never",
                    timeout: .milliseconds(200))
            ]), configure: { $0.grace = .milliseconds(200) })
        #expect(ran["s"]?.attempts.first?.signal == 15)
        #expect(ran["s"]?.error?.kind == "timeout")
        #expect(try isGone("pid", in: ran))
    }

    @Test func whoIgnoresTERMIsKilled() throws {
        let ran = try run(
            workflow([
                step("s", "trap '' TERM; echo $$ > pid; while :; do sleep 1; done", timeout: .milliseconds(200))
            ]))
        #expect(ran["s"]?.attempts.first?.signal == 9)
        #expect(ran["s"]?.error?.kind == "timeout")
        #expect(try isGone("pid", in: ran))
    }

    @Test func aChildThatHoldsTheOutputOpenDoesNotHangTheRun() throws {
        let ran = try run(workflow([step("s", "echo hello; sleep 1000 & echo $! > child"), step("t", "true")]))
        #expect(ran.record.status == .succeeded)
        #expect(ran["s"]?.outputs["stdout"] == "hello")
        #expect(try isGone("child", in: ran))
    }

    @Test func outputOfAChildThatEndsSoonIsKept() throws {
        let ran = try run(
            workflow([step("s", "(sleep 0.05; echo late) & echo early")]), configure: { $0.linger = .seconds(20) })
        #expect(ran["s"]?.outputs["stdout"] == "early\nlate")
    }

    @Test func aDaemonisedChildIsEnded() throws {
        let ran = try run(
            workflow([
                step(
                    "s",
                    "setsid sh -c 'echo $$ > child; exec sleep 1000' >/dev/null 2>&1 & until [ -s child ]; do :; done")
            ]))
        #expect(ran.record.status == .succeeded)
        #expect(try isGone("child", in: ran))
    }

    /// What a daemon has started is no child of the runner until the daemon itself has ended.
    @Test func whatADaemonHasStartedIsEndedToo() throws {
        let ran = try run(
            workflow([
                step(
                    "s",
                    """
                    setsid sh -c 'trap "" TERM HUP; sh -c "sleep 1000 & echo \\$! > child; wait" & wait' >/dev/null 2>&1 &
                    until [ -s child ]; do :; done
                    """)
            ]))
        #expect(ran.record.status == .succeeded)
        #expect(try isGone("child", in: ran))
    }

    @Test func aStoppedProcessIsEndedToo() throws {
        let ran = try run(workflow([step("s", "kill -STOP $$", timeout: .milliseconds(200))]))
        #expect(ran["s"]?.error?.kind == "timeout")
    }

    @Test func aSignalIsNamed() throws {
        let ran = try run(workflow([step("s", "kill -SEGV $$")]))
        #expect(ran["s"]?.attempts.first?.signal == 11)
        #expect(ran["s"]?.error == StepError("signal", "the script was ended by SIGSEGV"))
    }

    @Test func theRunHasItsOwnTimeout() throws {
        let ran = try run(
            workflow(
                [step("a", "sleep 1000"), step("b", "true"), step("c", "echo end >> end", if: "always()")],
                timeout: .milliseconds(300)))
        #expect(ran.record.status == .failed)
        #expect(
            ran.record.error == RunFailure(step: nil, error: StepError("timeout", "the run took longer than 300ms")))
        #expect(ran.record.steps.map(\.status) == [.failed, .skipped, .succeeded])
    }

    @Test func aGigabyteOfOutputIsReadAndCut() throws {
        let ran = try run(
            workflow([step("s", "head -c 1073741824 /dev/zero; echo end")]),
            configure: { $0.limits = LogLimits(log: 1 << 20, logTail: 1 << 10) })
        let step = try #require(ran["s"])
        #expect(step.status == .succeeded)
        #expect(step.outputs["stdout"]?.string?.utf8.count == 1 << 20)
        let log = try #require(step.log)
        #expect(log.omitted == (1 << 30) + 4 - (1 << 20))
        #expect(log.bytes < (1 << 20) + 200)
        #expect(log.tail.hasSuffix("end\n"))
        #expect(try #require(try ran.log("s")).utf8.count == log.bytes)
        #expect(try #require(try ran.log("s")).contains("bytes of output left out here; the log's limit is 1048576"))
    }
}
