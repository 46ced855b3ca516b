import Foundation
import Testing

/// `notify:` of a workflow: who is told what of its runs.
@Suite struct NoticeTests {
    private func told(_ sandbox: Sandbox) -> String { (try? sandbox.read("told")) ?? "" }

    private func workflow(_ on: String, _ steps: String, _ more: String = "") -> String {
        """
        notify:
          - on: \(on)
            \(more)
            with: {command: 'cat >> "\("$PWD")/told"', text: "{{ workflow.name }} {{ run.status }} {{ run.error.class }}"}
        \(steps)

        """
    }

    @Test func tellsOfTheEndsThatItNames() throws {
        let sandbox = try Sandbox.withWorkflows([
            "good": workflow("[success, failure]", "steps: [{run: 'true'}]"),
            "bad": workflow("failure", "steps: [{run: 'false'}]"),
            "quiet": workflow("failure", "steps: [{run: 'true'}]"),
            "undone": workflow(
                "[compensation, failure]",
                "on-failure: compensate\nsteps: [{run: 'true', compensate: {run: 'true'}}, {run: 'false'}]"),
        ])
        for name in ["good", "quiet"] { try sandbox.succeed("wfrepo run \(name) >/dev/null") }
        for name in ["bad", "undone"] { try sandbox.fail("wfrepo run \(name) >/dev/null") }
        #expect(told(sandbox) == "good succeeded \nbad failed exit\nundone compensated exit\n")
    }

    @Test func saysWhatHappenedWhereNothingElseIsSaid() throws {
        let sandbox = try Sandbox.withWorkflows([
            "bad": "notify: {with: {command: cat > told}}\nsteps: [{id: build, run: exit 3}]\n"
        ])
        try sandbox.fail("wfrepo run bad >/dev/null")
        #expect(told(sandbox).hasPrefix("bad v1 failed: step build: the script exited with status 3\nrun "))
    }

    @Test func tellsOfARollback() throws {
        let sandbox = try Sandbox.withWorkflows(["job": workflow("rollback", "steps: [{run: echo 1}]")])
        try sandbox.save(["job": workflow("rollback", "steps: [{run: echo 2}]")], "Two")
        try sandbox.succeed("wfrepo rollback job --to v1 --reason test --yes >/dev/null")
        #expect(told(sandbox).hasPrefix("job"))
    }

    /// It is told while the run goes on: the run itself waits for that.
    @Test func tellsOfASlowRunOnceWhileItGoesOn() throws {
        let sandbox = try Sandbox.withWorkflows([
            "slow": workflow(
                "slow",
                "steps: [{run: 'for i in $(seq 100); do test -s \"$WFREPO_ROOT/told\" && exit 0; sleep 0.1; done; exit 1'}]",
                "slow-after: 50ms"),
            "fast": workflow("slow", "steps: [{run: 'true'}]", "slow-after: 1h"),
        ])
        try sandbox.succeed("wfrepo run slow >/dev/null && wfrepo run fast >/dev/null")
        #expect(told(sandbox) == "slow running \n")
    }

    @Test func aLoopThatFailsDoesNotFlood() throws {
        let sandbox = try Sandbox.withWorkflows([
            "bad": "notify: {with: {command: cat >> told, text: failed, limit: 2}}\nsteps: [{run: 'false'}]\n"
        ])
        for _ in 0..<2 { try sandbox.fail("wfrepo run bad >/dev/null") }
        #expect(try sandbox.fail("wfrepo run bad").errors.contains("nobody was told of the failure of bad"))
        #expect(told(sandbox) == "failed\nfailed\n")
    }

    @Test(arguments: [
        ("notify: {on: fail, with: {command: cat}}", "1:14"), ("notify: {with: {comand: cat}}", "1:17"),
        ("notify: {on: failure}", "1:9"),
        ("notify: {slow-after: 1m, with: {command: cat}}", "1:22"),
        ("notify: {with: {command: cat, text: '{{ run.statuss }}'}}", "1:"),
    ])
    func faultsHaveTheirPlace(text: String, place: String) throws {
        let sandbox = try Sandbox.withWorkflows()
        try sandbox.write("workflows/job.yaml", text + "\nsteps: [{run: echo}]\n")
        let answer = try sandbox.wfrepo("check")
        #expect(answer.status == 1)
        #expect(
            (answer.output + answer.errors).contains("workflows/job.yaml:\(place)"), "\(answer.output)\(answer.errors)")
    }
}
