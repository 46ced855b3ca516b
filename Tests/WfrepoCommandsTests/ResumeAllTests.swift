import Foundation
import Testing

@Suite struct ResumeAllTests {
    /// A run that can't go on here, because nobody gives it its secret, is said, and the others go on.
    @Test func oneRunThatCannotGoOnKeepsNoOtherFromIt() throws {
        let job = """
            steps:
              - run: |
                  cd "$WFREPO_ROOT"
                  [ -e NAME ] && exit
                  touch NAME
                  exec sleep 1000

            """
        let sandbox = try Sandbox.withWorkflows([
            "first": "secrets: [TOKEN]\n" + job.replacing("NAME", with: "first"),
            "second": job.replacing("NAME", with: "second"),
        ])
        let answer = try sandbox.shell(
            """
            interrupted() {
              \(Sandbox.program) run $1 -q & runner=$!
              until [ -e $1 ]; do sleep 0.02; done
              kill -KILL $runner; wait $runner
            }
            export TOKEN=secret-value
            interrupted first
            # Without the secret the second one can't take up the first.
            unset TOKEN
            interrupted second
            \(Sandbox.program) runs resume --all
            """)
        #expect(answer.status == 2)
        #expect(answer.errors.contains("first: the secret TOKEN has no value"))
        let runs = try sandbox.objects("runs", "list", "--json")
        #expect(runs.map { $0["workflow"] as? String } == ["second", "first"])
        #expect(runs.map { $0["status"] as? String } == ["succeeded", "running"])
    }

    /// Whoever drove both died, and nobody wants either any more.
    @Test func aCancelAfterACrashReachesWhatWasCalled() throws {
        let sandbox = try Sandbox.withWorkflows([
            "outer": "steps:\n  - {id: call, uses: workflow, with: {name: inner}}\n",
            "inner": "steps:\n  - {id: a, run: 'touch \"$WFREPO_ROOT/begun\"; sleep 1000'}\n  - run: 'true'\n",
        ])
        let answer = try sandbox.shell(
            """
            wfrepo() { \(Sandbox.program) "$@"; }
            is() { timeout 50 sh -c 'until \(Sandbox.program) runs list '$1' | grep -q '$2'; do sleep 0.05; done'; }
            \(Sandbox.program) run outer >/dev/null 2>&1 & runner=$!
            timeout 50 sh -c 'until [ -e begun ]; do sleep 0.05; done'
            kill -KILL $runner
            wait $runner
            wfrepo runs cancel "$(wfrepo runs list outer 2>/dev/null | cut -c1-26)"
            is outer cancelled
            wfrepo runs list inner
            """)
        #expect(answer.output.contains("  cancelled  inner v1"), "\(answer)")
    }
}
