import Foundation
import Testing

/// Workflows that start others: by events that they emit, and by their ends.
@Suite struct WorkflowChainTests {
    @Test func eventsAndEndsStartWorkflows() throws {
        let sandbox = try Sandbox.withWorkflows([
            "listener": """
            on: {event: [orders.arrived]}
            inputs: {day: {type: string, default: none}}
            steps:
              - run: echo "day ${{ inputs.day }} by ${{ trigger.event }}" > "$WFREPO_ROOT/heard"

            """,
            "after": """
            on: {workflow: {names: [listener], status: [succeeded]}}
            steps:
              - run: cat "$WFREPO_ROOT/heard" > "$WFREPO_ROOT/pipe"

            """,
            "speaker":
                "steps:\n  - {id: say, uses: emit, with: {event: orders.arrived, data: {day: monday, other: 1}}}\n",
        ])
        try sandbox.succeed("mkfifo pipe")
        let emitted = try sandbox.object("emit", "orders.arrived", "--data", #"{"day": "sunday"}"#, "--json")
        #expect((emitted["started"] as? [[String: Any]])?.map { $0["workflow"] as? String } == ["listener"])
        #expect(try sandbox.succeed("timeout 60 cat pipe") == "day sunday by event\n")
        try sandbox.succeed("wfrepo run -q speaker")
        #expect(try sandbox.succeed("timeout 60 cat pipe") == "day monday by event\n")
        #expect(try sandbox.wfrepo("emit", "nobody.hears").errors == "No workflow has 'on: {event: nobody.hears}'.\n")
        #expect(try sandbox.wfrepo("emit", "x", "--data", "[1]").status == 64)
        try sandbox.succeed("wfrepo trust --revoke")
        #expect(try sandbox.wfrepo("emit", "orders.arrived").errors.contains("is not trusted"))
    }

    @Test func workflowsThatStartEachOtherComeToAnEnd() throws {
        let sandbox = try Sandbox.withWorkflows([
            "loop": """
            on: {event: [again]}
            steps:
              - {id: say, uses: emit, with: {event: again}}
              - if: ${{ failure() }}
                run: echo ended > "$WFREPO_ROOT/pipe"

            """
        ])
        try sandbox.succeed("mkfifo pipe; wfrepo emit again")
        #expect(try sandbox.succeed("timeout 100 cat pipe") == "ended\n")
    }

    /// Two triggers for each run would double the runs with each round.
    @Test func aWorkflowThatStartsItselfDoesNotDoSoWithoutEnd() throws {
        let sandbox = try Sandbox.withWorkflows(["loop": "on: {event: [again]}\nsteps: [{id: s, run: \"true\"}]\n"])
        let emit = "wfrepo emit again --correlation-id storm"
        try sandbox.succeed(emit)
        let copies = """
            import sqlite3
            journal = sqlite3.connect(".git/wfrepo/state.sqlite", timeout=60)
            journal.execute("CREATE TEMP TABLE copy AS SELECT * FROM runs")
            journal.execute("UPDATE copy SET status = 'succeeded', recorded = 1")
            for number in range(63):
                journal.execute("UPDATE copy SET id = ?", (f"{number:026}",))
                journal.execute("INSERT INTO runs SELECT * FROM copy")
            journal.commit()
            """
        try sandbox.succeed("python3 -c '\(copies.replacing("'", with: "'\\''"))'")
        let refused = try sandbox.succeed("WFREPO_TRIGGER_CHAIN='other loop' \(emit) 2>&1")
        #expect(refused.contains("loop not started: it has started itself 64 times"))
        #expect(try !sandbox.succeed("WFREPO_TRIGGER_CHAIN=other \(emit) 2>&1").contains("not started"))
    }
}
