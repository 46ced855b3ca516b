import Foundation
import Testing

/// The kinds of step whose work is done in a process of its own, as workflows see them.
@Suite struct KindTests: KindSuite {
    /// What a program gives is recorded, and the caller's environment may hold credentials.
    @Test func aProgramSeesTheStepsOwnVariables() throws {
        let sandbox = try Sandbox.withWorkflows()
        sandbox.environment["SERVICE_TOKEN"] = "not-yours"
        sandbox.environment["TZ"] = "Asia/Tokyo"
        try sandbox.succeed("echo 'def length: \"from ~/.jq\";' >\"$HOME/.jq\"")
        let steps = try run(
            """
              - {id: names, uses: transform, env: {OWN: x}, with: {program: 'env | keys'}}
              - {id: constant, uses: transform, env: {OWN: x}, with: {program: '$ENV == env and $ENV.OWN == "x"'}}
              - {id: none, uses: transform, with: {program: 'env.OWN'}}
              - {id: zone, uses: transform, with: {program: '0 | localtime | .[3]'}}
              - {id: home, uses: transform, with: {program: '"four" | length'}}

            """, in: sandbox)
        #expect(
            outputs(steps["names"])["result"] as? [String] == [
                "OWN", "TZ", "WFREPO_ATTEMPT", "WFREPO_COMMIT", "WFREPO_CORRELATION_ID", "WFREPO_IDEMPOTENCY_KEY",
                "WFREPO_OUTPUT", "WFREPO_ROOT", "WFREPO_RUN_ID", "WFREPO_STEP_ID", "WFREPO_WORKFLOW",
            ])
        #expect(outputs(steps["constant"])["result"] as? Bool == true)
        #expect(outputs(steps["none"])["result"] is NSNull)
        #expect(outputs(steps["zone"])["result"] as? Int == 9)
        #expect(outputs(steps["home"])["result"] as? Int == 4)
    }

    /// The examples of `wfrepo kinds KIND`, as a new user would try them.
    @Test(arguments: [
        "log", "fail", "http", "file", "transform", "notify", "emit", "delay", "signal", "approval", "choose",
        "workflow",
    ])
    func theExampleOfAKindRuns(kind: String) throws {
        let sandbox = try Sandbox.withWorkflows()
        if kind == "workflow" { try sandbox.succeed("wfrepo new hello") }
        try sandbox.succeed("wfrepo kinds \(kind) --example > workflows/try.yaml && wfrepo commit -m Try try")
        try sandbox.succeed("wfrepo run try")
        #expect(try sandbox.wfrepo("kinds", kind).output.contains("Example:"))
        #expect(try sandbox.wfrepo("kinds").output.split(separator: "\n").count == 12)
    }

    /// A service that fails again and again is left alone, by other workflows, too.
    @Test func aCircuitBreakerOpensForAllRuns() throws {
        let sandbox = try Sandbox.withWorkflows()
        let step = """
              - id: ask
                uses: file
                with: {action: validate, path: none}
                circuit-breaker: {failures: 2, window: 1h, open-for: 1h}
                retry: {strategy: immediate, max-attempts: 3}

            """
        let first = try run(step, status: 1, in: sandbox)
        let attempts = try #require(first["ask"]?["attempts"] as? [[String: Any]])
        #expect(
            attempts.map { ($0["error"] as? [String: Any])?["class"] as? String } == [
                "missing", "missing", "circuit-open",
            ])
        let second = try run(step.replacing("ask", with: "again"), status: 1, in: sandbox)
        #expect(error(second["again"]) == "circuit-open")
    }

    @Test func jqProgramsRun() throws {
        let steps = try run(
            """
              - run: |
                  seq 1 1000 | sed 's/.*/{"n": &}/' > in.jsonl
              - {id: lines, uses: transform, with: {file: in.jsonl, program: 'select(.n % 2 == 0) | {m: .n}', to: out.jsonl}}
              - run: test "$(jq -s 'map(.m) | add' out.jsonl)" = 250500
              - id: args
                uses: transform
                with: {program: '[.[] | . * $by]', value: [1, 2], args: {by: 3}}
              - {id: wrong, uses: transform, with: {program: '.a |'}, continue-on-error: true}
              - {id: type, uses: transform, with: {program: '.a', value: 1}, continue-on-error: true}
              - {id: endless, uses: transform, with: {program: 'last(range(0; infinite))'}, timeout: 1s, continue-on-error: true}
              - {id: busy, uses: transform, with: {program: 'last(range(0; infinite))', cpu: 1}, continue-on-error: true}
              - {id: small, uses: transform, with: {program: '[range(1000)] | length', memory: 64}}
              - {id: greedy, uses: transform, with: {program: '[limit(100000000; repeat("xxxxxxxxxxxxxxxx"))] | length', memory: 64}, continue-on-error: true}
              - {id: huge, uses: transform, with: {program: '.[1000000000] = 1 | length', value: [], memory: 64}, continue-on-error: true}
              - {id: module, uses: transform, with: {program: " # own\\n include \\"x\\"; .", value: 1}, continue-on-error: true}
              - {id: name, uses: transform, with: {program: 'includes', value: 1}, continue-on-error: true}
              - {id: assertion, uses: transform, with: {program: 'infinite | todate', value: 1}, continue-on-error: true}
              - {id: sums, uses: transform, with: {file: in.jsonl, program: '.n + (input | .n)'}}
              - {id: all, uses: transform, with: {file: in.jsonl, program: '[., inputs] | length'}}
              - {id: none, uses: transform, with: {program: 'try input catch .', value: 1}}
              - run: |
                  printf '{"a": 1} {"b"' > cut.json
              - {id: cut, uses: transform, with: {file: cut.json, program: .}, continue-on-error: true}

            """)
        #expect(outputs(steps["lines"])["count"] as? Int == 500)
        #expect(outputs(steps["args"])["result"] as? [Int] == [3, 6])
        #expect(error(steps["wrong"]) == "jq")
        #expect(error(steps["type"]) == "jq")
        #expect(error(steps["endless"]) == "timeout")
        // The least memory that can be named is enough for small work, whatever the program itself takes.
        #expect(outputs(steps["small"])["result"] as? Int == 1000)
        #expect(error(steps["greedy"]) == "limit")
        #expect(error(steps["huge"]) == "limit")
        #expect(
            error(steps["module"]) == "jq" && message(steps["module"])?.hasPrefix("modules (import, include)") == true)
        #expect(error(steps["name"]) == "jq" && message(steps["name"])?.contains("includes/0 is not defined") == true)
        #expect(error(steps["assertion"]) == "jq")
        #expect(outputs(steps["sums"])["results"] as? [Int] == Array(stride(from: 3, through: 1999, by: 4)))
        #expect(outputs(steps["all"])["result"] as? Int == 1000)
        #expect(outputs(steps["none"])["result"] as? String == "break")
        #expect(error(steps["busy"]) == "limit")
        #expect(error(steps["cut"]) == "json")
    }

    @Test func noticesGoOutAsMailAndAreLimited() throws {
        let sandbox = try Sandbox.withWorkflows()
        try sandbox.write("sendmail", "#!/bin/sh\necho \"$*\" > \"$WFREPO_ROOT/args\"; cat > \"$WFREPO_ROOT/mail\"\n")
        try sandbox.succeed("chmod +x sendmail")
        let steps = try run(
            """
              - run: cp "$WFREPO_ROOT/sendmail" .
              - {id: one, uses: notify, with: {mail: [ada@example.test, bob@example.test], subject: Größe, text: hello, sendmail: ./sendmail, limit: 1}}
              - {id: two, uses: notify, with: {mail: [ada@example.test, bob@example.test], text: again, sendmail: ./sendmail, limit: 1}}
              - {id: quiet, uses: notify, with: {command: exit 3, text: x}}
              - {id: loud, uses: notify, with: {command: exit 3, text: x, critical: true}, continue-on-error: true}
              - {id: evil, uses: notify, with: {mail: "a@b.test\\nBcc: c@d.test", text: x, sendmail: ./sendmail}, continue-on-error: true}

            """, in: sandbox)
        #expect(outputs(steps["one"])["sent"] as? Bool == true)
        #expect(outputs(steps["two"])["sent"] as? Bool == false)
        #expect(outputs(steps["quiet"])["sent"] as? Bool == false)
        #expect(error(steps["loud"]) == "notify")
        #expect(error(steps["evil"]) == "parameters")
        #expect(try sandbox.read("args") == "-t -i\n")
        let read =
            "import email, email.policy, sys; m = email.message_from_file(open('mail'), policy=email.policy.default); print(m['to'], m['subject'], m.get_content().strip(), sep='|')"
        try sandbox.write("read.py", read)
        #expect(try sandbox.succeed("python3 read.py") == "ada@example.test, bob@example.test|Größe|hello\n")
    }
}
