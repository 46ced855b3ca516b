import Foundation
import Testing

/// `wfrepo runs retry`.
@Suite struct RetryTranscriptTests {
    private static let flow = """
        inputs: {who: {type: string, default: Ada}}
        steps:
          - id: fetch
            run: |
              echo fetch >>"$WFREPO_ROOT/log"
              echo n=5 >>"$WFREPO_OUTPUT"
          - id: load
            env: {N: "${{ steps.fetch.outputs.n }}", WHO: "${{ inputs.who }}"}
            run: echo "load $N $WHO" >>"$WFREPO_ROOT/log"
          - id: tell
            run: |
              echo tell >>"$WFREPO_ROOT/log"
              test -e "$WFREPO_ROOT/ready"

        """

    private func failed() throws -> (Sandbox, run: String) {
        let sandbox = try Sandbox.withWorkflows(["job": Self.flow])
        let answer = try sandbox.wfrepo("run", "job", "--json", "-i", "who=Bob")
        #expect(answer.status == 1)
        let record = try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any]
        return (sandbox, try #require(record?["run"] as? String))
    }

    private func actions(_ plan: [String: Any]) throws -> [String] {
        try #require(plan["steps"] as? [[String: Any]]).map {
            "\($0["id"] ?? "") \($0["action"] ?? "")" + (($0["reason"] as? String).map { ": \($0)" } ?? "")
        }
    }

    @Test func onlyWhatIsStillRightIsReused() throws {
        let (sandbox, run) = try failed()
        let plan = try sandbox.object("runs", "retry", run, "--dry-run", "--json")
        #expect(try actions(plan) == ["fetch reuse", "load reuse", "tell run: it failed in run \(run)"])
        #expect(try sandbox.objects("runs", "list", "--json").count == 1)
        try sandbox.write("ready", "")
        let answer = try sandbox.wfrepo("runs", "retry", run)
        #expect(answer.status == 0, "\(answer.errors)")
        #expect(answer.output.contains("reuse  fetch"))
        // What another run took is no share of this one.
        let reused = answer.output.split(separator: "\n").filter { $0.contains("reused from run") }
        #expect(!reused.isEmpty && reused.allSatisfy { !$0.contains("%") })
        #expect(try sandbox.read("log") == "fetch\nload 5 Bob\ntell\ntell\n")
        let record = try sandbox.object("runs", "show", "latest", "--json")
        #expect(record["retry_of"] as? String == run)
        let steps = try #require(record["steps"] as? [[String: Any]])
        #expect(steps[0]["reused_from"] as? String == run)
        #expect((steps[0]["outputs"] as? [String: Any])?["n"] as? String == "5")
        #expect((record["inputs"] as? [String: Any])?["who"] as? String == "Bob")
        // What was reused can be reused again, and the first run is still named.
        let second = try sandbox.object("runs", "retry", "latest", "--dry-run", "--json")
        #expect(try actions(second) == ["fetch reuse", "load reuse", "tell reuse"])
    }

    /// The ids of runs that one run calls begin like its own, and go on at random.
    @Test func theLatestRunIsNeverOneThatWasCalled() throws {
        let sandbox = try Sandbox.withWorkflows([
            "job": "steps:\n  - {foreach: [1, 2, 3, 4, 5, 6, 7, 8], uses: workflow, with: {name: middle}}\n",
            "middle": "steps:\n  - {uses: workflow, with: {name: called}}\n", "called": "steps:\n  - run: 'true'\n",
        ])
        let run = try sandbox.object("run", "job", "--json")["run"] as? String
        #expect(try sandbox.object("runs", "show", "latest", "--json")["run"] as? String == run)
        #expect(try sandbox.object("runs", "watch", "--json")["run"] as? String == run)
        // From git alone, too.
        try sandbox.succeed("rm .git/wfrepo/state.sqlite*")
        #expect(try sandbox.object("runs", "show", "latest", "--json")["run"] as? String == run)
    }

    @Test func finishedItemsAndFinishedStepsOfACallAreReused() throws {
        let sandbox = try Sandbox.withWorkflows([
            "job": """
            steps:
              - id: all
                foreach: [a, b, c]
                fail-fast: false
                run: |
                  echo "item ${{ item }}" >>"$WFREPO_ROOT/log"
                  test "${{ item }}" != b || test -e "$WFREPO_ROOT/ready"
                  echo "is=${{ item }}" >>"$WFREPO_OUTPUT"
              - id: call
                needs: []
                uses: workflow
                with: {name: called}

            """,
            "called": """
            steps:
              - id: first
                run: echo first >>"$WFREPO_ROOT/called"
              - id: second
                run: |
                  echo second >>"$WFREPO_ROOT/called"
                  test -e "$WFREPO_ROOT/ready"

            """,
        ])
        let old = try sandbox.wfrepo("run", "job", "--json")
        #expect(old.status == 1)
        let record = try JSONSerialization.jsonObject(with: Data(old.output.utf8)) as? [String: Any]
        let run = try #require(record?["run"] as? String)
        let plan = try sandbox.object("runs", "retry", run, "--dry-run", "--json")
        #expect(
            try actions(plan) == [
                "all run-partly: it failed in run \(run); 2 of 3 items are reused where they are given the same",
                "call run-partly: it failed in run \(run); finished steps of the run that it called are reused",
            ])
        try sandbox.write("ready", "")
        let retried = try sandbox.object("runs", "retry", run, "--json")
        #expect(retried["status"] as? String == "succeeded")
        #expect(try sandbox.read("log").split(separator: "\n").sorted() == ["item a", "item b", "item b", "item c"])
        #expect(try sandbox.read("called") == "first\nsecond\nsecond\n")
        let steps = try #require(retried["steps"] as? [[String: Any]])
        let results = (steps[0]["outputs"] as? [String: Any])?["results"] as? [[String: Any]]
        #expect(results?.compactMap { $0["is"] as? String } == ["a", "b", "c"])
        // Asked for by hand, everything runs again.
        let again = try sandbox.object("runs", "retry", run, "--from", "all", "--json")
        #expect(again["status"] as? String == "succeeded")
        #expect(try sandbox.read("log").split(separator: "\n").count == 7)
    }

    @Test func aStepAndAllBehindItCanBeAskedFor() throws {
        let (sandbox, run) = try failed()
        let plan = try sandbox.object("runs", "retry", run, "--from", "load", "--dry-run", "--json")
        #expect(
            try actions(plan) == ["fetch reuse", "load run: it was asked for", "tell run: step load runs again"])
        #expect(try sandbox.wfrepo("runs", "retry", run, "--from", "nosuch").status == 2)
    }

    @Test func anotherDefinitionIsNotReused() throws {
        let (sandbox, run) = try failed()
        try sandbox.save(["job": Self.flow.replacing("echo n=5", with: "echo n=6")], "Six")
        let same = try sandbox.object("runs", "retry", run, "--dry-run", "--json")
        #expect(try actions(same)[0] == "fetch reuse")
        let latest = try sandbox.object("runs", "retry", run, "--version", "latest", "--dry-run", "--json")
        #expect(
            try actions(latest) == [
                "fetch run: its definition has changed", "load run: step fetch runs again",
                "tell run: step load runs again",
            ])
        #expect(latest["version"] as? Int == 2)
    }

    @Test func theRecordInGitIsEnough() throws {
        let (sandbox, run) = try failed()
        try sandbox.succeed("rm -f .git/wfrepo/state.sqlite*")
        let plan = try sandbox.object("runs", "retry", run, "--dry-run", "--json")
        #expect(try actions(plan) == ["fetch reuse", "load reuse", "tell run: it failed in run \(run)"])
    }

    @Test func aRunThatIsNotOverIsRefused() throws {
        let sandbox = try Sandbox.withWorkflows(["job": "steps:\n  - {id: gate, uses: approval}\n"])
        #expect(try sandbox.wfrepo("run", "job", "-q").status == 6)
        let answer = try sandbox.wfrepo("runs", "retry", "latest")
        #expect(answer.status == 1)
        #expect(answer.errors.contains("cannot retry: it is not over, but waiting"))
    }
}

/// A journal that is damaged or gone.
@Suite struct LostJournalTests {
    @Test func whatIsInGitIsStillSeen() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        let run = try #require(try sandbox.object("run", "job", "--json")["run"] as? String)
        try sandbox.succeed("rm -f .git/wfrepo/state.sqlite-*; echo damaged beyond repair >.git/wfrepo/state.sqlite")
        let list = try sandbox.wfrepo("runs", "list")
        #expect(list.status == 0)
        #expect(list.output.contains(run))
        #expect(list.errors.contains("the journal is damaged"))
        #expect(list.errors.contains("hint: the records of finished runs are safe in git"))
        #expect(try sandbox.wfrepo("runs", "show", run).status == 0)
        #expect(try sandbox.wfrepo("runs", "logs", run).output.contains("hello"))
        // What would write says so, too, and changes nothing.
        let refused = try sandbox.wfrepo("run", "job")
        #expect(refused.status == 2)
        #expect(refused.errors.contains("the journal is damaged"))
        #expect(try sandbox.read(".git/wfrepo/state.sqlite") == "damaged beyond repair\n")
        try sandbox.succeed("mv .git/wfrepo/state.sqlite .git/wfrepo/state.sqlite.damaged")
        #expect(try sandbox.wfrepo("run", "job").status == 0)
        #expect(try sandbox.objects("runs", "list", "--json").count == 2)
    }

    /// As services and cron jobs may run.
    @Test func noHomeIsNeededWithoutSecrets() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        for name in ["HOME", "XDG_STATE_HOME"] { sandbox.environment[name] = nil }
        #expect(try sandbox.wfrepo("run", "job", "-q").status == 0)
    }

    @Test func aRunThatTheSystemStopsGoesOnLater() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        #expect(try sandbox.wfrepo("run", "job", "-q").status == 0)
        try sandbox.succeed("mv .git/wfrepo/logs kept; : >.git/wfrepo/logs")
        let answer = try sandbox.wfrepo("run", "job")
        #expect(answer.status == 2)
        let hint = try #require(answer.errors.split(separator: "\n").last)
        let command = try #require(hint.split(separator: "go on with: wfrepo ").last)
        try sandbox.succeed("rm .git/wfrepo/logs; mv kept .git/wfrepo/logs")
        let resumed = try sandbox.shell("\(Sandbox.program) \(command)")
        #expect(resumed.status == 0)
        #expect(resumed.output.contains("job v1 succeeded"))
    }

    /// Whether it was deleted, cut off or put aside: what was under way is named once, and what is over is not.
    @Test(arguments: [
        "rm -f .git/wfrepo/state.sqlite*", "rm -f .git/wfrepo/state.sqlite-*; : >.git/wfrepo/state.sqlite",
    ])
    func whatWasUnderWayIsNamed(loss: String) throws {
        let sandbox = try Sandbox.withWorkflows([
            "job": Sandbox.hello, "wait": "steps:\n  - {id: gate, uses: approval}\n",
        ])
        #expect(try sandbox.wfrepo("run", "job", "-q").status == 0)
        let waiting = try #require(try sandbox.object("run", "wait", "--json")["run"] as? String)
        try sandbox.succeed(loss)
        let answer = try sandbox.wfrepo("run", "job", "-q")
        #expect(answer.status == 0)
        let lines = answer.errors.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first?.hasSuffix("was missing or empty, and is made anew; what is in git is safe") == true)
        #expect(lines.last?.contains("run \(waiting) was under way; what is left of it is in ") == true)
        #expect(try sandbox.wfrepo("runs", "list").errors == "")
        #expect(try sandbox.objects("runs", "list", "--json").count == 2)
    }
}
