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
}
