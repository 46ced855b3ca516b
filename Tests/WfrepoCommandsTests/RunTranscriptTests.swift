import Foundation
import Testing

/// `wfrepo run`, as a person and as a script sees it.
@Suite struct RunTranscriptTests {
    static let outputs = """
        inputs:
          text: {type: string, default: plain}
          number: {type: number, default: 3}
          flag: {type: boolean, default: false}
          colour: {type: choice, options: [red, blue], default: red}
        steps:
          - id: give
            run: |
              echo "$PWD"
              echo 'key=value' >>"$WFREPO_OUTPUT"
              printf 'lines<<EOF\\none\\ntwo\\nEOF\\n' >>"$WFREPO_OUTPUT"
              echo '{"json": {"list": [1, 2]}}' >>"$WFREPO_OUTPUT"
              echo problem >&2
          - id: take
            run: |
              printf '%s|' "${{ steps.give.outputs.key }}" "${{ steps.give.outputs.lines }}" \\
                "${{ steps.give.outputs.json.list[1] }}" "${{ steps.give.outputs.exit }}" "${{ steps.give.outputs.stderr }}" \\
                "${{ inputs.text }}" "${{ inputs.number }}" "${{ inputs.flag }}" "${{ inputs.colour }}"
          - id: soft
            continue-on-error: true
            run: exit 3
          - id: after
            if: ${{ steps.soft.outcome == 'failure' && steps.soft.conclusion == 'success' }}
            run: echo after
          - id: never
            if: ${{ steps.take.outputs.stdout == '' }}
            run: echo never

        """

    private func steps(_ record: [String: Any]) throws -> [String: [String: Any]] {
        let steps = try #require(record["steps"] as? [[String: Any]])
        return Dictionary(uniqueKeysWithValues: steps.map { ($0["id"] as? String ?? "", $0) })
    }

    @Test func inputsAndOutputsFlowAndNeverBecomeCode() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Self.outputs])
        let record = try sandbox.object(
            "run", "job", "--json", "-i", "text=$(touch pwned) `touch pwned` \"'", "-i", "number=4.5", "-i",
            "flag=true", "-i",
            "colour=blue")
        let steps = try steps(record)
        let taken = (steps["take"]?["outputs"] as? [String: Any])?["stdout"] as? String
        #expect(taken == "value|one\ntwo|2|0|problem|$(touch pwned) `touch pwned` \"'|4.5|true|blue|")
        #expect(!FileManager.default.fileExists(atPath: sandbox.root.appending(path: "pwned").path))
        #expect(steps["soft"]?["outcome"] as? String == "failure")
        #expect(steps["soft"]?["conclusion"] as? String == "success")
        #expect(steps["after"]?["status"] as? String == "succeeded")
        #expect(steps["never"]?["status"] as? String == "skipped")
        // A private checkout, not the user's tree.
        let folder = (steps["give"]?["outputs"] as? [String: Any])?["stdout"] as? String
        #expect(folder != sandbox.root.path)
    }

    /// And which run is in the way.
    @Test(arguments: [("queue", "waits for a place"), ("skip", "left out: no place is free")])
    func aRunWithoutAPlaceSaysSo(policy: String, words: String) throws {
        let sandbox = try Sandbox.withWorkflows([
            "job": """
            concurrency: {group: one, policy: \(policy)}
            steps:
              - {id: a, run: 'touch "$WFREPO_ROOT/begun"; until [ -e "$WFREPO_ROOT/go" ]; do sleep 0.02; done'}

            """
        ])
        let answer = try sandbox.shell(
            """
            \(Sandbox.program) run job >/dev/null & first=$!
            timeout 50 sh -c 'until [ -e begun ]; do sleep 0.02; done'
            \(Sandbox.program) run job >told & second=$!
            timeout 50 sh -c 'until grep -q "concurrency group" told; do sleep 0.02; done'
            touch go
            wait $first && wait $second
            cat told
            """)
        let first = try #require(try sandbox.objects("runs", "list", "--json").last?["run"] as? String)
        #expect(
            answer.output.contains("○ \(words) in the concurrency group \"one\", held by run \(first)\n"), "\(answer)")
    }

    @Test func aTitleMakesNoTableWiderThanATerminal() throws {
        let sandbox = try Sandbox.withWorkflows([
            "job": "inputs: {text: }\nsteps:\n  - {id: a, name: '${{ inputs.text }}', run: 'true'}\n"
        ])
        let output = try sandbox.succeed("wfrepo run job -i text=\"$(head -c 5000 /dev/zero | tr '\\0' x)\"")
        #expect(output.split(separator: "\n").allSatisfy { $0.count < 80 }, "\(output)")
    }

    @Test func logsOfAnAttemptThatWasNotAreRefused() throws {
        let sandbox = try Sandbox.withWorkflows(["job": "steps:\n  - {id: a, run: echo hello}\n"])
        try sandbox.succeed("wfrepo run job")
        #expect(try sandbox.wfrepo("runs", "logs", "latest", "a", "--attempt", "1").output == "hello\n")
        let answer = try sandbox.wfrepo("runs", "logs", "latest", "--attempt", "2")
        #expect(answer.status == 2)
        #expect(answer.errors.hasSuffix(" had an attempt 2\nhint: The last one was attempt 1.\n"))
        #expect(try sandbox.wfrepo("runs", "logs", "latest", "--attempt", "0").status == 64)
    }

    @Test func wrongInputsAreAllSaid() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Self.outputs])
        let answer = try sandbox.wfrepo(
            "run", "job", "-i", "number=many", "-i", "flag=maybe", "-i", "colour=green", "-i", "nosuch=1")
        #expect(answer.status == 2)
        #expect(
            answer.errors == """
                wfrepo: job: input `number` must be a number, not `many`
                input `flag` must be `true` or `false`, not `maybe`
                input `colour` must be one of red, blue, not `green`
                input `nosuch` is not known — the inputs are text, number, flag, colour
                hint: inputs are given as --input NAME=VALUE; it takes text, number, flag, colour

                """)
        #expect(try sandbox.wfrepo("run", "job", "-i", "number").status == 64)
        #expect(try sandbox.objects("runs", "list", "--json").isEmpty)
    }

    @Test func exitStatusSaysHowTheRunEnded() throws {
        let sandbox = try Sandbox.withWorkflows([
            "good": Sandbox.hello, "bad": "steps:\n  - run: exit 7\n",
            "undone": """
            on-failure: compensate
            steps:
              - id: make
                run: touch "$WFREPO_ROOT/made"
                compensate: {run: 'rm "$WFREPO_ROOT/made"'}
              - id: fail
                run: exit 7

            """,
            "stuck": """
            on-failure: compensate
            steps:
              - id: make
                run: echo made
                compensate: {run: exit 9}
              - id: fail
                run: exit 7

            """,
        ])
        for (name, status) in [("good", 0), ("bad", 1), ("undone", 4), ("stuck", 5), ("nosuch", 2)] {
            #expect(try sandbox.wfrepo("run", name).status == Int32(status), "\(name)")
        }
        #expect(!FileManager.default.fileExists(atPath: sandbox.root.appending(path: "made").path))
        #expect(
            try sandbox.objects("runs", "list", "--json").map { $0["status"] as? String }
                == ["compensation-failed", "compensated", "failed", "succeeded"])
        let stuck = try sandbox.wfrepo("runs", "show", "latest").output
        #expect(stuck.contains("left to do by hand:\n  undo step make: the script exited with status 9\n"), "\(stuck)")
        #expect(try sandbox.object("runs", "show", "latest", "--json")["left_to_do"] as? [String] == ["undo make"])
    }

    @Test func failedAttemptsAreTriedAgain() throws {
        let sandbox = try Sandbox.withWorkflows([
            "job": """
            steps:
              - id: flaky
                retry: {strategy: fixed, max-attempts: 3, delay: 1ms}
                run: echo x >>"$WFREPO_ROOT/tries"; [ "$(wc -l <"$WFREPO_ROOT/tries")" -eq 3 ]

            """
        ])
        let answer = try sandbox.wfrepo("run", "job")
        #expect(answer.status == 0)
        #expect(answer.output.contains("↻ flaky"))
        #expect(answer.output.contains("3 attempts"))
        #expect(try sandbox.read("tries") == "x\nx\nx\n")
    }

    @Test func uncommittedDefinitionsRunOnlyAsSuch() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed("sed -i s/hello/edited/ workflows/job.yaml")
        let committed = try sandbox.wfrepo("run", "job", "-v")
        #expect(committed.output.contains("hello") && !committed.output.contains("edited"))
        #expect(
            committed.errors.contains(
                "note: workflows/job.yaml has edits that are not saved; 'wfrepo run job@worktree' runs them"))
        let record = try sandbox.object("run", "job@worktree", "--json")
        #expect(record["uncommitted"] as? Bool == true)
        let run = try #require(record["run"] as? String)
        let commit = try sandbox.git("log", "--all", "-1", "--format=%H", "--grep", "Run: \(run)").output.prefix(40)
        #expect(
            try sandbox.git("show", "-s", "--format=%(trailers:key=Uncommitted,valueonly)", String(commit)).output
                == "true\n\n")
        #expect(try sandbox.git("show", "\(commit):workflows/job.yaml").output.contains("edited"))
        // As committed again: the current version, with its number.
        try sandbox.succeed("git checkout -q workflows")
        let clean = try sandbox.object("run", "job@worktree", "--json")
        #expect(clean["uncommitted"] as? Bool == false)
        #expect(clean["version"] as? Int == 1)
    }

    @Test func earlierVersionsRunAsTheyWere() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.save(["job": "steps:\n  - id: greet\n    run: echo two\n"], "Two")
        let record = try sandbox.object("run", "job@v1", "--json")
        #expect(record["version"] as? Int == 1)
        let first = try sandbox.git("rev-parse", "HEAD~1").output.trimmingCharacters(in: .newlines)
        #expect(record["commit"] as? String == first)
        #expect(try sandbox.wfrepo("runs", "logs", "latest", "greet").output == "hello\n")
    }

    @Test func dryRunRunsNothing() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Self.outputs])
        let answer = try sandbox.wfrepo("run", "job", "--dry-run")
        #expect(answer.output.hasSuffix("Nothing was run (--dry-run).\n"))
        #expect(answer.output.contains("  2. take  after give"))
        #expect(try sandbox.objects("runs", "list", "--json").isEmpty)
    }

    @Test func detachedRunsGoOnAlone() throws {
        let sandbox = try Sandbox.withWorkflows([
            "job": "steps:\n  - id: tell\n    run: echo done >\"$WFREPO_ROOT/pipe\"\n"
        ])
        try sandbox.succeed("mkfifo pipe")
        let answer = try sandbox.wfrepo("run", "job", "--detach")
        #expect(answer.status == 0)
        // A ULID: 26 of Crockford's digits.
        #expect(answer.output.wholeMatch(of: /[0-9A-HJKMNP-TV-Z]{26}\n/) != nil)
        #expect(try sandbox.succeed("timeout 60 cat pipe") == "done\n")
    }

    @Test func diagnosticsAreJSONLines() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        #expect(try sandbox.wfrepo("run", "job", "--debug", "--log-file", "log.jsonl").status == 0)
        let lines = try sandbox.read("log.jsonl").split(separator: "\n")
        #expect(!lines.isEmpty)
        for line in lines {
            let entry = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect(entry?["time"] is String && entry?["level"] is String && entry?["message"] is String)
        }
    }

    @Test func aRunWhoseRunnerWasKilledIsTakenUp() throws {
        let sandbox = try Sandbox.withWorkflows([
            "job": """
            steps:
              - id: first
                run: echo first >>"$WFREPO_ROOT/done"
              - id: hang
                run: echo hanging >"$WFREPO_ROOT/pipe"; [ -e "$WFREPO_ROOT/again" ] || sleep 305
              - id: last
                run: echo last >>"$WFREPO_ROOT/done"

            """
        ])
        let killed =
            "mkfifo pipe; \(Sandbox.program) run job >/dev/null 2>&1 & timeout 60 cat pipe; kill -9 $!; wait $!"
        #expect(try sandbox.shell(killed).output == "hanging\n")
        let listed = try sandbox.wfrepo("runs", "list")
        #expect(listed.errors.contains("was interrupted; go on with: wfrepo runs resume --all"))
        try sandbox.succeed("touch again; cat pipe >/dev/null & timeout 60 \(Sandbox.program) runs resume --all; wait")
        // No finished step ran again.
        #expect(try sandbox.read("done") == "first\nlast\n")
        #expect(try sandbox.objects("runs", "list", "--json").first?["status"] as? String == "succeeded")

        try sandbox.succeed("rm pipe again")
        #expect(try sandbox.shell(killed).output == "hanging\n")
        try sandbox.succeed("timeout 60 \(Sandbox.program) runs cancel latest")
        #expect(try sandbox.objects("runs", "list", "--json").first?["status"] as? String == "cancelled")
    }
}
