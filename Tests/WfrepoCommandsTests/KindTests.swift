import Foundation
import Testing

/// The kinds of step whose work is done in a process of its own, as workflows see them.
@Suite struct KindTests {
    /// Runs one workflow, and returns its steps by id.
    private func run(_ steps: String, status: Int32 = 0, in sandbox: Sandbox? = nil) throws -> [String: [String: Any]] {
        let sandbox = try sandbox ?? Sandbox.withWorkflows()
        try sandbox.save(["job": "workspace: none\nsteps:\n" + steps], "Job")
        let answer = try sandbox.wfrepo("run", "job", "--json")
        #expect(answer.status == status, "\(answer.output)\(answer.errors)")
        let record = try #require(try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any])
        let list = try #require(record["steps"] as? [[String: Any]])
        return Dictionary(uniqueKeysWithValues: list.map { ($0["id"] as? String ?? "", $0) })
    }

    private func outputs(_ step: [String: Any]?) -> [String: Any] { step?["outputs"] as? [String: Any] ?? [:] }

    private func error(_ step: [String: Any]?) -> String? {
        let attempts = step?["attempts"] as? [[String: Any]]
        return (attempts?.last?["error"] as? [String: Any])?["class"] as? String
    }

    private func message(_ step: [String: Any]?) -> String? {
        let attempts = step?["attempts"] as? [[String: Any]]
        return (attempts?.last?["error"] as? [String: Any])?["message"] as? String
    }

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

    @Test func archivesComeBackAsTheyWere() throws {
        for ending in ["tar", "tar.gz", "tar.xz", "tar.zst", "zip"] {
            let steps = try run(
                """
                  - run: mkdir -p in/deep && printf one > in/a.txt && printf two > 'in/deep/b c.txt' && chmod 755 in/a.txt && ln -s a.txt in/link
                  - id: pack
                    uses: file
                    with: {action: compress, path: in, to: made/out.\(ending)}
                  - id: unpack
                    uses: file
                    with: {action: extract, path: made/out.\(ending), to: again}
                  - run: diff -r in again && test -x again/a.txt && test "$(readlink again/link)" = a.txt
                  - id: twice
                    uses: file
                    with: {action: extract, path: made/out.\(ending), to: again}

                """, status: 1)
            #expect(outputs(steps["unpack"])["files"] as? Int == 3, "\(ending)")
            #expect(error(steps["twice"]) == "exists")
        }
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

    /// Archives that other programs made, to harm.
    static let attacks: [(name: String, make: String, error: String)] = [
        (
            "a name with ..", "t = tarfile.TarInfo('../../escaped'); t.size = 1; a.addfile(t, io.BytesIO(b'x'))",
            "unsafe-archive"
        ),
        (
            "an absolute name",
            "t = tarfile.TarInfo('/tmp/wfrepo-escaped'); t.size = 1; a.addfile(t, io.BytesIO(b'x'))", "unsafe-archive"
        ),
        (
            "a link that leads out, then a file through it",
            "t = tarfile.TarInfo('d'); t.type = tarfile.SYMTYPE; t.linkname = '../..'; a.addfile(t); t = tarfile.TarInfo('d/escaped'); t.size = 1; a.addfile(t, io.BytesIO(b'x'))",
            "unsafe-archive"
        ),
        (
            "an absolute link",
            "t = tarfile.TarInfo('d'); t.type = tarfile.SYMTYPE; t.linkname = '/etc/passwd'; a.addfile(t)",
            "unsafe-archive"
        ),
        (
            "a hard link to what is outside",
            "t = tarfile.TarInfo('d'); t.type = tarfile.LNKTYPE; t.linkname = '../../../etc/passwd'; a.addfile(t)",
            "unsafe-archive"
        ),
        (
            "a device",
            "t = tarfile.TarInfo('d'); t.type = tarfile.CHRTYPE; t.devmajor = 1; t.devminor = 3; a.addfile(t)",
            "unsafe-archive"
        ),
        (
            "a file that is a folder, too",
            "a.addfile(tarfile.TarInfo('d')); a.addfile(tarfile.TarInfo('d/e'))", "archive"
        ),
        ("a pipe", "t = tarfile.TarInfo('d'); t.type = tarfile.FIFOTYPE; a.addfile(t)", "unsafe-archive"),
        (
            "a bomb", "t = tarfile.TarInfo('zeros'); t.size = 3 << 20; a.addfile(t, io.BytesIO(bytes(3 << 20)))",
            "too-large"
        ),
        ("too many entries", "[a.addfile(tarfile.TarInfo('f%d' % n)) for n in range(200)]", "too-large"),
    ]

    @Test(arguments: attacks)
    func hostileArchivesAreRefusedWhole(attack: (name: String, make: String, error: String)) throws {
        let sandbox = try Sandbox.withWorkflows()
        try sandbox.write(
            "make.py", "import tarfile, io\na = tarfile.open('/dev/stdout', 'w|gz')\n\(attack.make)\na.close()\n")
        let steps = try run(
            """
              - run: python3 "$WFREPO_ROOT/make.py" > bad.tar.gz
              - id: unpack
                uses: file
                with: {action: extract, path: bad.tar.gz, to: out, limit: 2097152, entries: 100}
              - if: always()
                run: test ! -e out && test "$(ls -A)" = bad.tar.gz && test ! -e ../escaped && test ! -e ../../escaped

            """, status: 1, in: sandbox)
        #expect(error(steps["unpack"]) == attack.error, "\(attack.name)")
        #expect(steps["step-3"]?["status"] as? String == "succeeded", "\(attack.name)")
        #expect(!FileManager.default.fileExists(atPath: "/tmp/wfrepo-escaped"))
    }

    @Test func damagedArchivesAreRefusedWhole() throws {
        let steps = try run(
            """
              - run: mkdir in && head -c 300000 /dev/urandom > in/x && tar czf whole.tgz in && head -c 150000 whole.tgz > cut.tgz && echo text > text.tar
              - {id: cut, uses: file, with: {action: extract, path: cut.tgz, to: a}, continue-on-error: true}
              - {id: text, uses: file, with: {action: extract, path: text.tar, to: b}, continue-on-error: true}
              - run: test ! -e a && test ! -e b

            """)
        #expect(error(steps["cut"]) == "archive")
        #expect(error(steps["text"]) == "archive")
    }

    @Test func pathsStayInTheStepsFolder() throws {
        let sandbox = try Sandbox.withWorkflows()
        try sandbox.write("secret.txt", "mine")
        let actions = [
            "{action: checksum, path: /etc/passwd}", "{action: copy, path: link/passwd, to: here}",
            "{action: copy, path: good, to: ../../../escaped}", "{action: move, path: good, to: link/x}",
            "{action: delete, path: link/passwd}", "{action: delete, path: ., recursive: true}",
            "{action: convert, path: /etc/passwd, from: csv, to: x.json}",
        ]
        let list = actions.enumerated().map { "  - {id: s\($0), uses: file, with: \($1), continue-on-error: true}\n" }
        let steps = try run(
            "  - run: ln -s /etc link; echo x > good\n" + list.joined() + "  - run: test -e good && test ! -e here\n",
            in: sandbox)
        for number in actions.indices {
            #expect(["outside", "parameters"].contains(error(steps["s\(number)"])), "\(actions[number])")
        }
        let allowed = try run(
            "  - {id: s, uses: file, with: {action: checksum, path: /etc/passwd, outside: true}}\n", in: sandbox)
        #expect(outputs(allowed["s"])["sha256"] != nil)
    }

    @Test func dataConvertsInEveryDirection() throws {
        let steps = try run(
            #"""
              - run: |
                  printf 'name,note\r\n"Ada, L.","said ""hi""\nthere"\r\n007,true\r\n' > a.csv
              - {uses: file, with: {action: convert, path: a.csv, to: b.json}}
              - {uses: file, with: {action: convert, path: b.json, to: c.yaml}}
              - {uses: file, with: {action: convert, path: c.yaml, to: d.csv}}
              - run: |
                  python3 - <<'E'
                  import csv, json
                  rows = json.load(open('b.json'))
                  assert rows == [{'name': 'Ada, L.', 'note': 'said "hi"\nthere'}, {'name': '007', 'note': 'true'}], rows
                  assert list(csv.DictReader(open('d.csv', newline=''))) == rows
                  E
              - {id: bad, uses: file, with: {action: convert, path: d.csv, to: e.json, separator: ;}, continue-on-error: true}
              - run: printf 'a,b\n1\n' > ragged.csv
              - {id: ragged, uses: file, with: {action: validate, path: ragged.csv, format: csv}, continue-on-error: true}

            """#)
        #expect(error(steps["ragged"]) == "csv")
        #expect(
            ((steps["ragged"]?["attempts"] as? [[String: Any]])?.last?["error"] as? [String: Any])?["message"]
                as? String
                == "ragged.csv:2: has 1 fields where the first row has 2")
    }

    @Test func sumsAndSizesAreChecked() throws {
        let steps = try run(
            """
              - run: printf abc > f
              - {id: sum, uses: file, with: {action: checksum, path: f}}
              - {id: good, uses: file, with: {action: validate, path: f, sha256: BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD, minimum-size: 3, maximum-size: 3}}
              - {id: other, uses: file, with: {action: validate, path: f, sha256: "00"}, continue-on-error: true}
              - {id: small, uses: file, with: {action: validate, path: f, minimum-size: 4}, continue-on-error: true}
              - {id: none, uses: file, with: {action: validate, path: nosuch}, continue-on-error: true}
              - {id: best, uses: file, with: {action: optimise, path: f}}

            """)
        // FIPS 180-4's example.
        #expect(
            outputs(steps["sum"])["sha256"] as? String
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(error(steps["other"]) == "checksum")
        #expect(error(steps["small"]) == "invalid")
        #expect(error(steps["none"]) == "missing")
        #expect(["gz", "xz", "zst"].contains(outputs(steps["best"])["format"] as? String))
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
