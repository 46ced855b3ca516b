import DocumentTree
import Glibc
import Testing
import WorkflowLanguage

@testable import WorkflowEngine

@Suite struct ShellStepTests {
    @Test func aListOfShellLinesRunsInOrder() throws {
        let ran = try run(
            workflow([
                step("one", "echo one >> \"$WFREPO_ROOT/order\""), step("two", "echo two >> \"$WFREPO_ROOT/order\""),
                step("three", "echo three >> \"$WFREPO_ROOT/order\""),
            ]))
        #expect(ran.record.status == .succeeded)
        #expect(ran.folder.read("order") == "one\ntwo\nthree\n")
        #expect(ran.record.steps.map(\.status) == [.succeeded, .succeeded, .succeeded])
        #expect(ran.record.error == nil)
    }

    @Test func whatIsPrintedBecomesOutputsAndALog() throws {
        let ran = try run(workflow([step("talk", "echo out; echo err >&2; printf 'last\\n\\n'")]))
        let step = try #require(ran["talk"])
        #expect(step.outputs["stdout"] == "out\nlast\n")
        #expect(step.outputs["stderr"] == "err")
        #expect(step.outputs["exit"] == 0)
        let log = try #require(try ran.log("talk"))
        #expect(log.contains("out\n") && log.contains("err\n"))
        #expect(step.log?.bytes == log.utf8.count)
    }

    @Test(arguments: ["..", "/", "a/../.."])
    func anExpressionLeadsNoStepOutOfTheWorkspace(folder: String) throws {
        var outside = try step("outside", "pwd")
        outside.workingDirectory = try Template.parse("${{ steps.name.outputs.stdout }}")
        let ran = try run(workflow([step("name", "echo \(folder)"), outside]))
        let error = try #require(ran["outside"]?.error)
        #expect(
            error.kind == "expression"
                && error.message == "`working-directory` must lie in the workspace, not at `\(folder)`")
    }

    @Test func outputsReachLaterStepsAsVariables() throws {
        let ran = try run(
            workflow([
                step("make", "echo 'name=a \"b\" $(touch pwned)' >> \"$WFREPO_OUTPUT\""),
                step("use", "printf '%s' ${{ steps.make.outputs.name }} \"-${{ steps.make.outputs.name }}-\""),
            ]))
        #expect(ran["use"]?.outputs["stdout"] == "a \"b\" $(touch pwned)-a \"b\" $(touch pwned)-")
        #expect(ran.folder.read("pwned") == nil)
    }

    @Test func aFailureStopsTheStepsBehindIt() throws {
        let ran = try run(workflow([step("bad", "echo no; exit 3"), step("after", "touch after")]))
        #expect(ran.record.status == .failed)
        #expect(ran["bad"]?.status == .failed)
        #expect(ran["bad"]?.outcome == .failure)
        #expect(ran["bad"]?.attempts.first?.exit == 3)
        #expect(ran["bad"]?.outputs["exit"] == 3)
        #expect(ran["after"]?.status == .skipped)
        #expect(ran["after"]?.skipped == "step bad failed")
        #expect(ran.record.error?.step?.description == "bad")
        #expect(ran.record.error?.error == StepError("exit", "the script exited with status 3"))
        #expect(ran.folder.read("after") == nil)
    }

    @Test func shEndsAtTheFirstFailingCommand() throws {
        #expect(try run(workflow([step("s", "false; echo on")]))["s"]?.status == .failed)
        #expect(try run(workflow([step("s", "false | true; echo on", shell: "bash")]))["s"]?.status == .failed)
    }

    /// A program inherits that a signal is ignored, and a loop whose reader has gone would never end.
    @Test func whatThisProcessIgnoresEndsAScript() throws {
        let before = (signal(SIGPIPE, SIG_IGN), signal(SIGUSR2, SIG_IGN))
        defer {
            signal(SIGPIPE, before.0)
            signal(SIGUSR2, before.1)
        }
        let ran = try run(
            workflow([
                step("loop", "while :; do echo on; done | head -n 1"),
                step("one", "kill -USR2 $$; echo survived", continueOnError: true),
                step("another", "kill -PIPE $$", shell: "bash"),
            ]))
        #expect(ran["loop"]?.outputs["stdout"] == "on")
        #expect(ran["one"]?.error == StepError("signal", "the script was ended by signal 12"))
        #expect(ran["another"]?.error == StepError("signal", "the script was ended by SIGPIPE"))
    }

    @Test func otherInterpretersRun() throws {
        let ran = try run(
            workflow([
                step("py", "import sys; print(sys.version_info[0])", shell: "python3"),
                step("awk", "BEGIN { print 6 * 7 }", shell: "awk -f {0}"),
                step("perl", "print 6 * 7", shell: "perl"),
                step("none", "x", shell: "no-such-program"),
            ]))
        #expect(ran["py"]?.outputs["stdout"] == "3")
        #expect(ran["awk"]?.outputs["stdout"] == "42")
        #expect(ran["perl"]?.outputs["stdout"] == "42")
        #expect(ran["none"]?.error == StepError("spawn", "there is no program no-such-program (shell:) in PATH"))
    }

    @Test func aScriptMayBeLarge() throws {
        let filler = String(repeating: "# nothing to see\n", count: 20_000)
        #expect(try run(workflow([step("s", "\(filler)echo end")]))["s"]?.outputs["stdout"] == "end")
    }

    @Test func theEnvironmentIsTheCallersWithoutGit() throws {
        let ran = try run(
            workflow(
                [
                    step("s", "env", env: ["B": "${{ env.A }}2", "HOME": "/elsewhere"]),
                    step("t", "printf %s \"$GIT_DIR\"", env: [:]),
                ], env: ["A": "1"]),
            variables: ["PATH": "/usr/bin:/bin", "GIT_DIR": "/x", "GIT_AUTHOR_NAME": "y", "HOME": "/home", "PWD": "/p"])
        let lines = try #require(ran["s"]?.outputs["stdout"]?.string).split(separator: "\n").map(String.init)
        let run = ran.record.run
        for line in [
            "A=1", "B=12", "HOME=/elsewhere", "WFREPO_RUN_ID=\(run)", "WFREPO_STEP_ID=s", "WFREPO_ATTEMPT=1",
            "WFREPO_IDEMPOTENCY_KEY=\(run)/s", "WFREPO_WORKFLOW=test", "WFREPO_ROOT=\(ran.folder.path)",
            "WFREPO_COMMIT=1111111111111111111111111111111111111111",
        ] { #expect(lines.contains(line), "\(line)") }
        #expect(!lines.contains { $0.hasPrefix("GIT_") })
        #expect(lines.count { $0.hasPrefix("HOME=") } == 1)
        #expect(ran["t"]?.outputs["stdout"] == "")
    }

    /// The system would cut the one off, and say of the other that the arguments are too many.
    @Test func variablesThatNoProgramTakesAreNamed() throws {
        let ran = try run(
            workflow([
                step("nul", "printf 'a\\000b'"),
                step("cut", "echo \"$TEXT\"", env: ["TEXT": "${{ steps.nul.outputs.stdout }}"], continueOnError: true),
                step("long", "head -c 131066 /dev/zero | tr '\\0' x"),
                step("fits", "echo ${#TEXT}", env: ["TEXT": "${{ steps.long.outputs.stdout }}"]),
                step("over", "true", env: ["TEXT": "${{ steps.long.outputs.stdout }}!"]),
            ]))
        #expect(
            ran["cut"]?.error
                == StepError(
                    "expression", "env: TEXT: the value holds the character NUL, which can't be passed to a program"))
        #expect(ran["fits"]?.outputs["stdout"] == "131066")
        #expect(ran["over"]?.error?.message.hasPrefix("env: TEXT: the value has 131067 bytes, and") == true)
    }

    @Test func independentStepsRunAtOnce() throws {
        // Each waits for the other one's file: one after the other they would never end.
        let ran = try run(
            workflow([
                step("a", "touch a; until [ -e b ]; do :; done", needs: [], timeout: .seconds(20)),
                step("b", "touch b; until [ -e a ]; do :; done", needs: [], timeout: .seconds(20)),
            ]))
        #expect(ran.record.status == .succeeded)
    }

    @Test func notMoreStepsThanAllowedRunAtOnce() throws {
        let script = "mkdir lock; rmdir lock"
        let ran = try run(
            workflow((0..<20).map { try step("s\($0)", script, needs: []) }), parallelism: 1)
        #expect(ran.record.status == .succeeded)
    }

    @Test func onlyStepsThatAreKnownToBeShortRunInLargeNumbers() throws {
        let ran = try run(workflow([step("a", "true")]), configure: { ($0.burst, $0.knownBurst) = (4, 14) })
        var definition = ran.record.definition
        #expect(try ran.engine.burst(of: definition) == 14)
        definition.hash = DefinitionHash(hexadecimal: String(repeating: "f", count: 64))
        #expect(try ran.engine.burst(of: definition) == 4)
        let slow = try run(workflow([step("a", "sleep 0.2")]), configure: { ($0.burst, $0.knownBurst) = (4, 14) })
        #expect(try slow.engine.burst(of: slow.record.definition) == 4)
    }

    @Test func theJournalHasWhatTheRecordSays() throws {
        let ran = try run(
            workflow(
                [
                    step("a", "echo x; echo '{\"n\": [1, 2.5, null]}' >> \"$WFREPO_OUTPUT\"", compensate: "true"),
                    step("b", "exit 1", continueOnError: true), step("c", "exit 1"), step("d", "true"),
                ], onFailure: .compensate))
        #expect(try ran.engine.store.record(ran.record.run) == ran.record)
        #expect(try ran.engine.store.unrecorded(limit: 10) == [ran.record])
        try ran.engine.store.markRecorded([ran.record.run])
        #expect(try ran.engine.store.unrecorded(limit: 10).isEmpty)
        #expect(try ran.engine.store.runs().map(\.run) == [ran.record.run])
    }
}
