import Foundation
import Testing

/// A repository's own kinds of step: `uses: ./kinds/NAME`.
@Suite struct OwnKindTests {
    private static let program = """
        description: Counts the lines of a file
        inputs:
          path: {type: string, required: true, description: The file}
          least: {type: integer, default: 0}
        outputs:
          lines: {type: integer, description: How many lines it has}
        program: count.py

        """
    private static let script = """
        #!/usr/bin/env python3
        import json, sys
        request = json.load(sys.stdin)
        given = request["with"]
        print("counting", given["path"], file=sys.stderr)
        try:
            lines = len(open(given["path"]).readlines())
        except OSError as error:
            print(json.dumps({"error": {"class": "missing", "message": str(error)}}))
            sys.exit(1)
        print(json.dumps({"lines": lines if given["least"] <= lines else "too few"}))

        """
    private static let steps = """
        name: Greeting
        inputs: {name: {type: string, required: true, pattern: '^[a-z]+$'}}
        outputs:
          text: {type: string, minLength: 3, value: "${{ steps.say.outputs.stdout }}"}
        steps:
          - {id: say, run: 'printf "hello %s" "${{ inputs.name }}"'}

        """

    private func repository() throws -> Sandbox {
        let sandbox = try Sandbox.withWorkflows()
        try sandbox.write("kinds/count/kind.yaml", Self.program)
        try sandbox.write("kinds/count/count.py", Self.script)
        try sandbox.write("kinds/greet/kind.yaml", Self.steps)
        try sandbox.succeed("chmod +x kinds/count/count.py && wfrepo commit -m 'Own kinds' >/dev/null")
        return sandbox
    }

    private func run(_ sandbox: Sandbox, _ steps: String, status: Int32 = 0) throws -> [String: Any] {
        try sandbox.save(["job": "workspace: none\nsteps:\n" + steps], "Job")
        let answer = try sandbox.wfrepo("run", "job", "--json")
        #expect(answer.status == status, "\(answer.output)\(answer.errors)")
        return try #require(try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any])
    }

    private func step(_ id: String, _ record: [String: Any]) throws -> [String: Any] {
        try #require((record["steps"] as? [[String: Any]])?.first { $0["id"] as? String == id })
    }

    private func error(_ step: [String: Any]) -> String? {
        (((step["attempts"] as? [[String: Any]])?.last)?["error"] as? [String: Any])?["class"] as? String
    }

    @Test func aProgramAndStepsDoTheWork() throws {
        let sandbox = try repository()
        let record = try run(
            sandbox,
            """
              - run: seq 3 > list
              - {id: count, uses: ./kinds/count, with: {path: list}}
              - {id: greet, uses: ./kinds/greet, with: {name: "a${{ steps.count.outputs.lines == 3 && 'da' || '' }}"}}
              - {id: say, run: 'echo "${{ steps.greet.outputs.text }}"'}

            """)
        let count = try step("count", record)
        #expect((count["outputs"] as? [String: Any])?["lines"] as? Int == 3)
        #expect(((try step("say", record))["outputs"] as? [String: Any])?["stdout"] as? String == "hello ada")
        // Which state of the kind did it stands in the record.
        let tree = try sandbox.succeed("git rev-parse HEAD~1:kinds/count").trimmingCharacters(in: .newlines)
        #expect(count["kind_tree"] as? String == tree)
        let run = try #require(record["run"] as? String)
        #expect(try sandbox.wfrepo("runs", "logs", run).output.contains("counting list"))
        try sandbox.succeed("wfrepo verify >/dev/null")
        #expect(try sandbox.wfrepo("run", "./kinds/greet", "--input", "name=bob").status == 0)
        #expect(try sandbox.wfrepo("run", "./kinds/count", "--input", "path=x").errors.contains("only a step can use"))
    }

    /// What runs is what the commit has, whatever the work tree or an earlier step has made of it.
    @Test func theCommitsKindRuns() throws {
        let sandbox = try repository()
        try sandbox.write("kinds/count/count.py", "#!/bin/sh\necho '{\"lines\": 99}'\n")
        let record = try run(
            sandbox,
            """
              - run: seq 2 > list
              - {uses: ./kinds/count, with: {path: list}}
              - run: |
                  for file in $(find "$WFREPO_ROOT/.git/wfrepo/tmp" -name count.py); do echo 'exit 9' > "$file"; done
              - {id: count, uses: ./kinds/count, with: {path: list}}

            """)
        #expect((try step("count", record)["outputs"] as? [String: Any])?["lines"] as? Int == 2)
    }

    @Test func failuresHaveTheirClass() throws {
        let sandbox = try repository()
        let record = try run(
            sandbox,
            """
              - {id: missing, uses: ./kinds/count, with: {path: no}, continue-on-error: true}
              - run: seq 2 > list
              - {id: few, uses: ./kinds/count, with: {path: list, least: 5}, continue-on-error: true}
              - {id: name, uses: ./kinds/greet, with: {name: "${{ 'ADA' }}"}, continue-on-error: true}

            """)
        #expect(error(try step("missing", record)) == "missing")
        #expect(error(try step("few", record)) == "schema")
        #expect(error(try step("name", record)) == "workflow")
    }

    @Test func parametersAreCheckedWhenSaved() throws {
        let sandbox = try repository()
        try sandbox.write(
            "workflows/job.yaml",
            """
            steps:
              - {uses: ./kinds/count, with: {path: a, lest: 2}}
              - {uses: ./kinds/count}
              - {uses: ./kinds/count, with: {path: a, least: many}}
              - {uses: ./kinds/greet, with: {name: ADA}}
              - {uses: ./kinds/none}

            """)
        let answer = try sandbox.wfrepo("check")
        #expect(answer.status == 1)
        let lines = answer.output + answer.errors
        for part in [
            "workflows/job.yaml:2:43: `./kinds/count`: input `lest` is not known", "workflows/job.yaml:3:12:",
            "`./kinds/count`: input `path` is required", "workflows/job.yaml:4:43:",
            "input `least` must be a whole number", "workflows/job.yaml:5:34:", "there is no kinds/none/kind.yaml",
        ] {
            #expect(lines.contains(part), "\(part) in\n\(lines)")
        }
        #expect(try sandbox.wfrepo("commit", "-m", "Wrong").status != 0)
        try sandbox.write("workflows/job.yaml", "steps:\n  - {uses: ./kinds/../x}\n")
        #expect(try sandbox.wfrepo("check").output.contains("2:12: `./kinds/../x` is no kind"))
    }

    @Test func aChangedKindIsCheckedAgainstThoseThatUseIt() throws {
        let sandbox = try repository()
        try sandbox.write("workflows/job.yaml", "steps:\n  - {uses: ./kinds/greet, with: {name: ada}}\n")
        try sandbox.write("workflows/other.yaml", "steps:\n  - run: 'true'\n")
        try sandbox.succeed("wfrepo commit -m All")
        let kind = try sandbox.read("kinds/greet/kind.yaml")
        let wanting =
            "inputs: {name: {type: string, required: true}, title: {type: string, required: true}}\nsteps:\n  - run: 'true'\n"
        try sandbox.write("kinds/greet/kind.yaml", wanting)
        let expected = "workflows/job.yaml:2:12: `./kinds/greet`: input `title` is required"
        #expect(try sandbox.fail("wfrepo commit -m Wanting").errors.contains(expected))
        #expect(try sandbox.fail("git add -A && git commit -m Wanting").errors.contains(expected))
        #expect(
            try sandbox.fail("git rm -qf kinds/greet/kind.yaml && git commit -m Gone").errors
                .contains("workflows/job.yaml:2:12: there is no kinds/greet/kind.yaml"))
        // What changes together with its users, or leaves them as they are, is saved.
        try sandbox.write("kinds/greet/kind.yaml", kind + "# Mended\n")
        try sandbox.succeed("git add -A && wfrepo commit -m Comment")
        try sandbox.write("kinds/greet/kind.yaml", wanting)
        try sandbox.write("workflows/job.yaml", "steps:\n  - {uses: ./kinds/greet, with: {name: ada, title: Ms}}\n")
        try sandbox.succeed("wfrepo commit -m Both")
    }

    @Test func aFaultyKindIsRefused() throws {
        let sandbox = try repository()
        try sandbox.write(
            "kinds/bad/kind.yaml", "outputs:\n  rows: {type: intger, value: 1}\nsteps:\n  - {run: echo}\n")
        let check = try sandbox.wfrepo("check")
        #expect((check.output + check.errors).contains("kinds/bad/kind.yaml:2:16:"))
        #expect(try sandbox.wfrepo("commit", "-m", "Bad").status != 0)
        // Plain git is stopped by the hook.
        #expect(try sandbox.shell("git add kinds/bad && git commit -qm Bad").status != 0)
    }

    @Test func kindsThatUseEachOtherAreRefused() throws {
        let sandbox = try Sandbox.withWorkflows()
        try sandbox.write("kinds/a/kind.yaml", "steps:\n  - {uses: ./kinds/b}\n")
        try sandbox.write("kinds/b/kind.yaml", "steps:\n  - {uses: ./kinds/a}\n")
        let answer = try sandbox.wfrepo("commit", "-m", "Round")
        #expect(answer.status != 0)
        #expect(answer.errors.contains("circle"), "\(answer.errors)")
    }

    @Test func allowListsBindOwnKinds() throws {
        let sandbox = try repository()
        try sandbox.write("wfrepo.yaml", "kinds: {allow: [log, ./kinds/greet]}\n")
        try sandbox.write("workflows/job.yaml", "steps:\n  - {uses: ./kinds/count, with: {path: x}}\n")
        let check = try sandbox.wfrepo("check")
        #expect((check.output + check.errors).contains("the kind `./kinds/count` is not allowed here"))
        try sandbox.write("workflows/job.yaml", "steps:\n  - {uses: ./kinds/greet, with: {name: ada}}\n")
        try sandbox.succeed("wfrepo commit -m Allow >/dev/null && wfrepo run job >/dev/null")
        // Steps of a kind are bound by the rules for whoever uses it.
        try sandbox.write("wfrepo.yaml", "programs: {allow: [bash]}\n")
        try sandbox.succeed(
            "git commit -qm Bash --no-verify -- wfrepo.yaml 2>/dev/null || git commit -qam Bash --no-verify")
        try sandbox.fail("wfrepo run job")
    }

    /// What a step gives a kind with steps reaches it, and no record.
    @Test func secretsReachTheStepsAndNoRecord() throws {
        let sandbox = try repository()
        try sandbox.write(
            "workflows/job.yaml",
            """
            secrets: [NAME]
            steps:
              - {id: greet, uses: ./kinds/greet, with: {name: "${{ secrets.NAME }}"}}

            """)
        try sandbox.succeed("wfrepo commit -m Job >/dev/null && NAME=zyxwvut wfrepo run job >/dev/null")
        let found = try sandbox.shell(
            "git cat-file --batch-all-objects --batch | grep -ac zyxwvut; grep -rac zyxwvut .git/wfrepo | grep -v ':0'")
        #expect(found.output.trimmingCharacters(in: .whitespacesAndNewlines) == "0", "\(found.output)")
        #expect(try sandbox.succeed("git cat-file --batch-all-objects --batch | grep -ac 'hello \\*\\*\\*'") != "0\n")
    }

    /// An undo may be a program or steps.
    @Test func undoesToo() throws {
        let sandbox = try repository()
        try sandbox.write(
            "workflows/job.yaml",
            """
            on-failure: compensate
            steps:
              - {id: a, run: seq 3 > list, compensate: {uses: ./kinds/greet, with: {name: ada}}}
              - {id: b, run: echo b, compensate: {uses: ./kinds/count, with: {path: list}}}
              - {id: c, run: exit 1}

            """)
        try sandbox.succeed("wfrepo commit -m Undo >/dev/null")
        let record = try sandbox.object("run", "job", "--json")
        #expect(record["status"] as? String == "compensated", "\(record)")
    }

    @Test func areListedAndShown() throws {
        let sandbox = try repository()
        #expect(try sandbox.succeed("wfrepo kinds").contains("./kinds/count"))
        let shown = try sandbox.succeed("wfrepo kinds ./kinds/count")
        #expect(shown.contains("Counts the lines of a file"))
        #expect(shown.contains("How many lines it has"))
    }
}
