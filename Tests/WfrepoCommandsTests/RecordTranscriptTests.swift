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
}
