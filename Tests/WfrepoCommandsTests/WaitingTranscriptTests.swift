import Foundation
import Testing

/// Runs that wait for people and signals, from the command line.
@Suite struct WaitingTranscriptTests {
    private static let gate = """
        steps:
          - {id: build, run: echo built}
          - id: gate
            uses: approval
            with: {message: "deploy ${{ steps.build.outputs.stdout }}?", approvers: [bob@example.test, eve@example.test]}
          - {id: deploy, run: 'echo "by ${{ join(steps.gate.outputs.approved_by) }}" >"$WFREPO_ROOT/told"'}

        """

    private func started(_ text: String) throws -> (sandbox: Sandbox, run: String) {
        let sandbox = try Sandbox.withWorkflows(["job": text])
        let answer = try sandbox.wfrepo("run", "job", "--json")
        #expect(answer.status == 6, "\(answer.output)\(answer.errors)")
        let record = try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any]
        #expect(record?["status"] as? String == "waiting")
        return (sandbox, try #require(record?["run"] as? String))
    }

    @Test func whatIsSaidOfAPausedRunIsThatItStaysPaused() throws {
        let (sandbox, run) = try started(Self.gate)
        try sandbox.succeed("wfrepo runs pause \(run)")
        let answer = try sandbox.wfrepo("runs", "skip", run, "gate")
        #expect(
            answer.output
                == "step gate of run \(run) is left out\nthe run stays paused; go on with: wfrepo runs resume \(run)\n")
    }

    @Test func anApprovalLetsTheRunGoOn() throws {
        let (sandbox, run) = try started(Self.gate)
        let shown = try sandbox.wfrepo("runs", "show", run).output
        #expect(
            shown.contains("step gate waits for approval: deploy built?\n  go on with: wfrepo runs approve \(run) gate")
        )
        // Ada is not asked.
        let refused = try sandbox.wfrepo("runs", "approve", run, "gate")
        #expect(refused.status == 1)
        #expect(
            refused.errors
                == "wfrepo: run \(run), step gate: cannot approve: ada@example.test may not decide; those may: "
                + "bob@example.test, eve@example.test\n")
        sandbox.environment["GIT_AUTHOR_EMAIL"] = "bob@example.test"
        let approved = try sandbox.object("runs", "approve", run, "gate", "--comment", "go", "--json")
        #expect(approved["action"] as? String == "approve")
        #expect(approved["continues"] as? String == "background")
        #expect(try sandbox.wfrepo("runs", "watch", run).status == 0)
        #expect(try sandbox.read("told") == "by bob@example.test\n")
        let again = try sandbox.wfrepo("runs", "approve", run, "gate")
        #expect(again.status == 1)
        #expect(again.errors.contains("the run is over: it succeeded"))
        #expect(again.errors.contains("hint: try it again as a new run: wfrepo runs retry \(run)"))
        try sandbox.succeed("wfrepo audit fold --quiet")
        #expect(try sandbox.git("log", "-p", "--all").output.contains("approval.given"))
    }

    /// Nobody types anything: a process that holds nothing of the run waits for its time. It takes two seconds, since a
    /// process stays with a run that waits for less than one.
    @Test func aRunInTheBackgroundGoesOnAtItsTime() throws {
        let sandbox = try Sandbox.withWorkflows([
            "job": """
            concurrency: {group: one, policy: skip}
            steps:
              - {uses: delay, with: {for: 2s}}
              - id: ask
                uses: approval
                continue-on-error: true
                with: {lapse: 1500ms}
              - {run: 'echo ${{ steps.ask.error.class }} >"$WFREPO_ROOT/told"'}

            """, "other": "concurrency: {group: one, policy: skip}\nsteps:\n  - run: 'true'\n",
        ])
        let run = try sandbox.wfrepo("run", "job", "--detach").output.split(separator: "\n").first.map(String.init)
        let id = try #require(run)
        try sandbox.succeed("until ls .git/wfrepo/timers/\(id) 2>/dev/null; do sleep 0.05; done")
        #expect(try sandbox.object("runs", "show", id, "--json")["status"] as? String == "waiting")
        // It has no place in its group while it waits.
        #expect(try sandbox.wfrepo("run", "other").status == 0)
        try sandbox.succeed("for i in $(seq 200); do test -e told && break; sleep 0.05; done")
        #expect(try sandbox.read("told") == "lapsed\n")
        #expect(try sandbox.wfrepo("runs", "watch", id).status == 0)
    }

    @Test func whoHasApprovedSoFarIsShown() throws {
        let (sandbox, run) = try started(
            "steps:\n  - {id: gate, uses: approval, with: {count: 2, lapse: 2m}}\n  - {id: late, run: 'true'}\n")
        let shown = { try sandbox.wfrepo("runs", "show", run).output }
        #expect(try shown().contains("step gate waits for approval (0 of 2 so far; until 20"))
        try sandbox.wfrepo("runs", "approve", run, "gate")
        try sandbox.succeed(
            "for i in $(seq 200); do \(Sandbox.program) runs show \(run) | grep '1 of 2' && break; sleep 0.05; done")
        #expect(try shown().contains("step gate waits for approval (1 of 2 so far: ada@example.test; until 20"))
        try sandbox.wfrepo("runs", "skip", run, "late")
        try sandbox.succeed(
            "for i in $(seq 200); do \(Sandbox.program) runs show \(run) | grep skipped && break; sleep 0.05; done")
        #expect(try shown().contains("  skipped by ada@example.test\n"))
    }

    @Test func aRejectionFailsTheRun() throws {
        let (sandbox, run) = try started(Self.gate)
        sandbox.environment["GIT_AUTHOR_EMAIL"] = "eve@example.test"
        try sandbox.wfrepo("runs", "reject", run, "gate", "--comment", "not today")
        #expect(try sandbox.wfrepo("runs", "watch", run).status == 1)
        let record = try sandbox.object("runs", "show", run, "--json")
        let error = try #require(record["error"] as? [String: Any])
        #expect(error["class"] as? String == "rejected")
        #expect(error["message"] as? String == "eve@example.test rejected it: not today")
    }

    @Test func aSignalIsKeptAndItsDataArrive() throws {
        let (sandbox, run) = try started(
            """
            steps:
              - {id: first, uses: signal, with: {name: first}}
              - {id: second, uses: signal, with: {name: second}}
              - {id: tell, run: 'echo "${{ steps.first.outputs.data }} ${{ steps.second.outputs.tag }}" >"$WFREPO_ROOT/told"'}

            """)
        let early = try sandbox.wfrepo("runs", "signal", run, "second", "--data", #"{"tag": "v7"}"#)
        #expect(early.output == "signal second was sent to run \(run); no step waits for it now, so it is kept\n")
        try sandbox.write("data.json", "[1, 2]")
        try sandbox.wfrepo("runs", "signal", run, "first", "--data-file", "data.json")
        #expect(try sandbox.wfrepo("runs", "watch", run).status == 0)
        let told = try sandbox.read("told")
        #expect(told == "Array v7\n")
        let bad = try sandbox.wfrepo("runs", "signal", run, "first", "--data", "{nope")
        #expect(bad.status == 64)
    }

    @Test func aStepAsksAndIsAnswered() throws {
        let (sandbox, run) = try started(
            """
            steps:
              - id: ask
                run: |
                  if [ -z "$WFREPO_ANSWER" ]; then
                    '\(Sandbox.builtPrograms.appending(path: "wfrepo").path)' step interrupt --reason "which one?" --data '{"of": ["a", "b"]}'
                    echo never >"$WFREPO_ROOT/never"
                  fi
                  echo "$WFREPO_ATTEMPT $WFREPO_ANSWER" >"$WFREPO_ROOT/told"

            """)
        let shown = try sandbox.wfrepo("runs", "show", run).output
        #expect(shown.contains("step ask asks: which one?\n  go on with: wfrepo runs resume \(run) --data JSON"))
        #expect(try sandbox.wfrepo("runs", "resume", run, "--data", #""b""#).status == 0)
        #expect(try sandbox.read("told") == "2 b\n")
        #expect(!FileManager.default.fileExists(atPath: sandbox.root.appending(path: "never").path))
        #expect(try sandbox.wfrepo("step", "interrupt", "--reason", "x").status == 2)
    }

    @Test func aDelayEndsByItself() throws {
        let sandbox = try Sandbox.withWorkflows([
            "job": "steps:\n  - {id: wait, uses: delay, with: {for: 200ms}}\n  - {id: b, run: 'true'}\n"
        ])
        #expect(try sandbox.wfrepo("run", "job").status == 0)
        let run = try sandbox.wfrepo("run", "job", "--detach").output.trimmingCharacters(in: .newlines)
        #expect(try sandbox.wfrepo("runs", "watch", run).status == 0)
    }

    @Test func stuckStepsAreMendedByHand() throws {
        let (sandbox, run) = try started(
            """
            steps:
              - {id: stuck, uses: signal, with: {name: never}}
              - {id: extra, run: 'touch "$WFREPO_ROOT/extra"'}
              - {id: tell, run: 'echo "${{ steps.stuck.outputs.n }}" >"$WFREPO_ROOT/told"'}

            """)
        #expect(try sandbox.wfrepo("runs", "set-result", run, "stuck", "--data", "5").status == 64)
        #expect(try sandbox.wfrepo("runs", "skip", run, "nosuch").errors.contains("its steps are stuck, extra, tell"))
        #expect(try sandbox.wfrepo("runs", "skip", run, "extra").status == 0)
        try sandbox.wfrepo("runs", "set-result", run, "stuck", "--data", #"{"n": 5}"#)
        #expect(try sandbox.wfrepo("runs", "watch", run).status == 0)
        #expect(try sandbox.read("told") == "5\n")
        let record = try sandbox.object("runs", "show", run, "--json")
        let steps = try #require(record["steps"] as? [[String: Any]])
        #expect(steps.map { $0["status"] as? String } == ["succeeded", "skipped", "succeeded"])
        #expect((steps[0]["by_hand"] as? [String: Any])?["action"] as? String == "set-result")
        #expect(steps[1]["skipped"] as? String == "skipped by ada@example.test")
    }

    @Test func whatResumingDoesNotEndIsSaid() throws {
        let (sandbox, run) = try started(Self.gate)
        let answer = try sandbox.wfrepo("runs", "resume", run)
        #expect(answer.status == 1)
        #expect(answer.errors.contains("step gate waits for approval: deploy built?; resuming does not end that"))
        #expect(answer.errors.contains("hint: wfrepo runs approve \(run) gate"))
    }

    /// A runner that dies is found by the next `wfrepo run`.
    @Test func theNextRunTakesUpWhatWasLeft() throws {
        let sandbox = try Sandbox.withWorkflows([
            "long": """
            steps:
              - id: a
                run: |
                  cd "$WFREPO_ROOT"
                  echo x >>tries
                  [ "$WFREPO_ATTEMPT" -gt 1 ] || { touch up; sleep 1000; }

            """, "job": Sandbox.hello,
        ])
        let script = """
            \(Sandbox.program) run long -q & runner=$!
            n=0; while [ ! -e up ] && [ $n -lt 400 ]; do sleep 0.05; n=$((n+1)); done
            kill -KILL $runner; wait $runner 2>/dev/null
            \(Sandbox.program) run job
            """
        let answer = try sandbox.shell(script)
        let run = try #require(try sandbox.objects("runs", "list", "long", "--json").first?["run"] as? String)
        #expect(answer.errors.contains("took up run \(run), which nobody drove"))
        #expect(try sandbox.wfrepo("runs", "watch", run).status == 0)
        #expect(try sandbox.read("tries") == "x\nx\n")
    }
}
