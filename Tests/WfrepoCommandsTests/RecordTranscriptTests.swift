import Foundation
import Testing

/// Records, as plain git sees them.
@Suite struct RecordTranscriptTests {
    @Test func plainGitReadsAndKeepsThem() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello, "bad": "steps:\n  - run: exit 7\n"])
        try sandbox.succeed("wfrepo run job && wfrepo run job && ! wfrepo run bad")
        // Without further options: `init` has set notes.displayRef.
        let log = try sandbox.git("log", "-1").output
        #expect(log.contains("Notes (wfrepo/runs/"))
        #expect(log.matches(of: #/ succeeded \S+ job v1 /#).count == 2)
        #expect(log.contains(" bad v1 "))

        let ref = try sandbox.succeed("git for-each-ref --format='%(refname)' 'refs/notes/wfrepo/runs/'")
            .trimmingCharacters(in: .newlines)
        // One note a run, and one on the version's commit.
        #expect(try sandbox.git("notes", "--ref=\(ref)", "list").output.split(separator: "\n").count == 4)
        try sandbox.succeed("git fsck --strict --no-dangling && git gc -q --prune=now && git fsck --strict")

        let run = try #require(try sandbox.objects("runs", "list", "--json").first?["run"] as? String)
        let before = try sandbox.object("runs", "show", run, "--json")
        let commit = try sandbox.git("log", "--all", "-1", "--format=%H", "--grep", "Run: \(run)").output.prefix(40)
        #expect(try sandbox.git("log", "-1", "--format=%s", String(commit)).output == "run bad v1 failed\n")
        let note = try sandbox.git("notes", "--ref=\(ref)", "show", String(commit)).output
        let recorded = try JSONSerialization.jsonObject(with: Data(note.utf8)) as? NSDictionary
        #expect(recorded?["schema"] as? String == "wfrepo.run/1")
        // The journal may go: what git holds is enough.
        try sandbox.succeed("rm .git/wfrepo/state.sqlite*")
        #expect(try sandbox.object("runs", "show", run, "--json") as NSDictionary == before as NSDictionary)
        #expect(try sandbox.objects("runs", "list", "--json", "--limit", "2").count == 2)
    }

    @Test func aListSaysTheSameFromTheJournalTheQueueAndTheIndex() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello, "bad": "steps:\n  - run: exit 7\n"])
        try sandbox.succeed("wfrepo run job && ! wfrepo run bad && wfrepo note job -m 'Seen by Ada.'")
        try sandbox.write("workflows/job.yaml", Sandbox.hello + "# more\n")
        try sandbox.succeed("wfrepo run job@worktree")
        let runs = try sandbox.succeed("wfrepo runs list")
        #expect(runs.split(separator: "\n").count == 3)
        #expect(runs.contains("job@worktree") && runs.contains("bad v1"))
        // How wide a column is depends on the stars of what waits.
        let audit = "wfrepo audit list | sed 's/ \\*/  /' | tr -s ' '"
        let events = try sandbox.succeed(audit)
        #expect(events.contains("Seen by Ada.") && events.contains(" run.finished bad v1 Ada engine failed"))
        try sandbox.succeed("wfrepo audit fold && rm .git/wfrepo/state.sqlite*")
        #expect(try sandbox.succeed("wfrepo runs list 2>/dev/null") == runs)
        #expect(try sandbox.succeed(audit) == events)
    }

    @Test func aWorkflowThatNeverWasIsNoEmptyList() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed("wfrepo run job && wfrepo rm job")
        for command in [
            "runs list", "runs list --json", "audit list --workflow", "audit list --json --workflow", "stats",
        ] {
            let refused = try sandbox.fail("wfrepo \(command) jbo")
            #expect(refused.status == 2 && refused.output.isEmpty, "\(command): \(refused)")
            #expect(
                refused.errors.hasPrefix(
                    "wfrepo: there is no workflow 'jbo', and never was\nhint: did you mean 'job'? 'wfrepo list' lists all"
                ),
                "\(refused.errors)")
        }
        // What was, or is not saved yet, is known.
        #expect(try sandbox.succeed("wfrepo runs list job").contains("job v1"))
        #expect(try sandbox.succeed("wfrepo runs list job --status failed").isEmpty)
        try sandbox.write("workflows/next.yaml", Sandbox.hello)
        #expect(try sandbox.succeed("wfrepo runs list next && wfrepo audit list --workflow next").isEmpty)
    }

    /// What is printed is no JSON, so no script takes it for all of the list.
    @Test func aListThatFailsIsNotTakenForAWholeOne() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        let note = try sandbox.succeed(
            """
            wfrepo run -q job && wfrepo run -q job && wfrepo audit fold >/dev/null && rm .git/wfrepo/state.sqlite*
            ref=$(git for-each-ref --format='%(refname)' refs/notes/wfrepo/runs)
            note=$(git notes --ref="$ref" list "$(git log --format=%H --grep='^Run: ' "$ref" | tail -1)")
            rm -f ".git/objects/${note%${note#??}}/${note#??}" && echo "$note"
            """
        ).trimmingCharacters(in: .newlines)
        let failed = try sandbox.wfrepo("runs", "list", "--json")
        #expect(failed.status == 2 && failed.errors.contains(note), "\(failed)")
        #expect(!failed.output.hasSuffix("]\n"), "\(failed)")
    }

    /// Whoever may write notes may claim anything; `verify` says that the record is not what was written.
    @Test(arguments: ["9223372036854775807", "-9223372036854775807"])
    func aDurationThatSomebodyClaimsIsNoDanger(claimed: String) throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed(
            """
            wfrepo run job && wfrepo run job
            ref=$(git for-each-ref --format='%(refname)' refs/notes/wfrepo/runs)
            for run in $(git log --format=%H --grep='^Run: ' "$ref"); do
                git notes --ref="$ref" show "$run" | sed 's/"duration_ms": [0-9]*/"duration_ms": \(claimed)/' >forged
                git notes --ref="$ref" add -f -F forged "$run"
            done
            rm -f .git/wfrepo/index.sqlite*
            """)
        for command in ["reindex", "stats", "stats runs job", "stats errors", "log job", "runs list"] {
            try sandbox.succeed("wfrepo \(command)")
        }
        let runs = try sandbox.objects("runs", "list", "--json")
        #expect(runs.count == 2)
        #expect(try sandbox.wfrepo("verify").status == 1)
    }
}
