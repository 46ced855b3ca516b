import Foundation
import Testing

/// What `wfrepo retention --apply --purge` leaves of a run.
@Suite struct ErasureTranscriptTests {
    @Test func keptResultsAndCheckoutsHoldNothingOfAnErasedRun() throws {
        let sandbox = try Sandbox.withWorkflows([
            "job": """
            inputs: {who: {type: string}}
            steps:
              - id: greet
                env: {WHO: "${{ inputs.who }}"}
                run: echo "who=$WHO" | tee -a "$WFREPO_OUTPUT"; echo "$WHO" > left.txt
                cache: {}

            """
        ])
        try sandbox.write("wfrepo.yaml", "retention: {runs: 30d}\n")
        try sandbox.succeed("git add wfrepo.yaml && git commit -qm Settings && wfrepo run -q job -i who=Zed-5f2c")
        try sandbox.succeed(
            "grep -rq Zed-5f2c .git/wfrepo/logs && grep -rq Zed-5f2c .git/wfrepo/cache && grep -rq Zed-5f2c .git/wfrepo/work"
        )
        // As if it had run in January.
        let new = try sandbox.succeed("git for-each-ref --format='%(refname)' refs/notes/wfrepo/runs")
            .trimmingCharacters(
                in: .newlines)
        let old = new.dropLast(7) + "2026-01"
        try sandbox.succeed(
            """
            git update-ref \(old) \(new) && git update-ref -d \(new) && rm -r .git/wfrepo/tips "$XDG_STATE_HOME/wfrepo/seen"
            """)
        let purged = try sandbox.wfrepo("retention", "--apply", "--purge")
        #expect(purged.output.contains("dropped  \(old)  1 run"), "\(purged)")
        #expect(purged.errors.contains("what was erased is still in a backup, which is yours to remove: "), "\(purged)")
        try sandbox.succeed("! grep -rqs Zed-5f2c .git/wfrepo/cache .git/wfrepo/work .git/wfrepo/logs")
        try sandbox.succeed(
            "wfrepo run -q job -i who=Ada && wfrepo run -q job -i who=Ada && wfrepo runs show latest | grep -q 'from the cache'"
        )
    }
}
