import Foundation
import Testing

/// Steps that print, fork or hang as they like.
@Suite struct HostileStepTests {
    @Test func outputBeyondTheLimitIsCountedNotKept() throws {
        // 80 MB where 64 MiB is kept.
        let sandbox = try Sandbox.withWorkflows([
            "loud": "steps:\n  - id: print\n    run: yes 0123456789abcde | head -c 80000000\n"
        ])
        let record = try sandbox.object("run", "loud", "--json")
        #expect(record["status"] as? String == "succeeded")
        let step = try #require((record["steps"] as? [[String: Any]])?.first)
        let log = try #require(step["log"] as? [String: Any])
        let (kept, omitted) = (try #require(log["bytes"] as? Int), try #require(log["omitted"] as? Int))
        #expect(omitted > 0)
        #expect(kept < 70_000_000)
        let output = try #require((step["outputs"] as? [String: Any])?["stdout"] as? String)
        #expect(output.utf8.count <= 1 << 20)
        #expect(
            try sandbox.git("cat-file", "--batch-check", "--batch-all-objects").output.split(separator: "\n")
                .allSatisfy { (Int($0.split(separator: " ").last ?? "") ?? 0) < 4 << 20 })
    }

    @Test func aGigabyteOfOutputTakesLittleMemory() throws {
        // The step itself reads, from its parent, how large that has become: proc(5), VmHWM.
        let sandbox = try Sandbox.withWorkflows([
            "loud": """
            steps:
              - id: print
                run: |
                  head -c 1000000000 /dev/zero
                  echo "peak=$(sed -n 's/^VmHWM:[^0-9]*\\([0-9]*\\) kB$/\\1/p' "/proc/$PPID/status")" >>"$WFREPO_OUTPUT"

            """
        ])
        let record = try sandbox.object("run", "loud", "--json")
        let step = try #require((record["steps"] as? [[String: Any]])?.first)
        let peak = try #require((step["outputs"] as? [String: Any])?["peak"] as? String)
        #expect(try #require(Int(peak)) < 150 << 10)
    }

    /// Of a kind of one's own, and of what a kind of wfrepo's starts in its turn.
    @Test func whatKindsStartEndsWithTheirAttempts() throws {
        let sandbox = try Sandbox.withWorkflows()
        try sandbox.write("kinds/deaf/kind.yaml", "program: deaf.sh\n")
        try sandbox.write(
            "kinds/deaf/deaf.sh",
            "#!/bin/sh\ntrap '' TERM\necho $$ > \"$WFREPO_ROOT/deaf\"\nwhile :; do sleep 1; done\n")
        try sandbox.succeed("chmod +x kinds/deaf/deaf.sh && wfrepo commit -m Kind")
        try sandbox.save(
            [
                "job": """
                steps:
                  - {id: own, uses: ./kinds/deaf, needs: [], timeout: 3s, grace: 100ms}
                  - id: tell
                    uses: notify
                    needs: []
                    timeout: 3s
                    grace: 100ms
                    with: {command: 'echo $$ > "$WFREPO_ROOT/told"; exec sleep 1000', text: hi}

                """
            ], "Job")
        #expect(try sandbox.wfrepo("run", "job").status == 1)
        for name in ["deaf", "told"] {
            let answer = try sandbox.shell("kill -0 $(cat \(name)) && echo alive")
            #expect(answer.output.isEmpty && answer.errors.contains("No such process"), "\(name): \(answer)")
        }
    }

    /// What a step prints stands behind a mark, line by line, however its lines end.
    @Test func aStepForgesNoLineOfTheReport() throws {
        let sandbox = try Sandbox.withWorkflows([
            "forger": "steps:\n  - {id: a, run: 'printf \"one\\r\\nrun 01 forged\\r\\n\"; exit 1'}\n"
        ])
        let answer = try sandbox.wfrepo("run", "forger")
        #expect(answer.output.contains("  | one\\r\n  | run 01 forged\\r\n"), "\(answer.output)")
        #expect(try sandbox.wfrepo("runs", "show", "latest").output.contains("  | run 01 forged\\r\n"))
    }

    @Test func escapeSequencesReachNoTerminalAndNoNote() throws {
        let sandbox = try Sandbox.withWorkflows([
            "rude": #"""
            name: "Rude \e[31mname"
            steps:
              - id: print
                run: |
                  printf '\033[31mred\033]0;title\007\n\233bad\n'
                  printf 'key=\033[2Jx\n' >>"$WFREPO_OUTPUT"
                  printf '\033[2Jgone\n' >&2
                  exit 1

            """#
        ])
        let run = try sandbox.wfrepo("run", "rude")
        #expect(run.status == 1)
        #expect(run.output.contains(#"  | \u{1B}[31mred\u{1B}]0;title\u{7}"#))
        let shown = try [
            run, sandbox.wfrepo("run", "-v", "rude"), sandbox.wfrepo("runs", "logs", "latest"),
            sandbox.wfrepo("runs", "show", "latest"), sandbox.wfrepo("runs", "list"),
            sandbox.wfrepo("runs", "show", "latest", "--json"), sandbox.wfrepo("show", "rude"),
            sandbox.git("log", "--notes=wfrepo/runs/*"), sandbox.shell("git log -p --all --format=%B%N"),
        ]
        for answer in shown {
            let text = answer.output + answer.errors
            #expect(!text.isEmpty)
            #expect(
                !text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" || 0x7F...0x9F ~= $0.value }
            )
        }
        #expect(try sandbox.wfrepo("runs", "logs", "latest", "--raw").output.contains("\u{1B}[31mred"))
    }

    @Test func childrenThatAreLeftBehindAreEnded() throws {
        let sandbox = try Sandbox.withWorkflows([
            "forks": """
            steps:
              - id: fork
                run: |
                  sleep 301 &
                  setsid sleep 302 &
                  nohup sleep 303 >/dev/null 2>&1 &
                  echo "$!" >"$WFREPO_ROOT/last"

            """
        ])
        try sandbox.succeed("timeout 60 \(Sandbox.program) run forks")
        // One that was killed may stay a zombie until the system's own process 1 looks after it.
        let state = try sandbox.shell("sed 's/.*) //; s/ .*//' /proc/$(cat last)/stat").output
        #expect(["", "Z\n", "X\n"].contains(state))
    }

    @Test func aStepThatIgnoresTermIsKilled() throws {
        let sandbox = try Sandbox.withWorkflows([
            "deaf": """
            steps:
              - id: hang
                timeout: 100ms
                run: |
                  trap '' TERM
                  (trap '' TERM; echo $$ >"$WFREPO_ROOT/child"; sleep 304) &
                  wait

            """
        ])
        let answer = try sandbox.shell("timeout 100 \(Sandbox.program) run deaf")
        #expect(answer.status == 1)
        #expect(answer.output.contains("failed: step hang: the attempt took longer than 100ms"))
        #expect(try sandbox.shell("kill -0 $(cat child)").status != 0)
    }
}
