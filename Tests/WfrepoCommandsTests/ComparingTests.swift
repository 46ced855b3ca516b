import Testing

/// Transcripts of `diff`, `commit` without a message, `revert`, `blame` and `log`.
@Suite struct ComparingTests {
    private static let file = "workflows/deploy.yaml"
    private static let one = """
        name: Deploy
        steps:
          - id: load
            run: make load
            retry: {max-attempts: 3}

        """
    private static let two = one.replacing("3", with: "5") + "  - id: notify\n    run: make notify\n"
    private static let three = "inputs: {day: {required: true}}\n" + two

    /// A repository with three versions of a workflow, each saved without a message.
    private func repository() throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.git("init", "-q", "-b", "main")
        for text in [Self.one, Self.two, Self.three] {
            try sandbox.write(Self.file, text)
            #expect(try sandbox.wfrepo("commit").status == 0)
        }
        return sandbox
    }

    @Test func makesSubjectsFromWhatChanged() throws {
        let sandbox = try repository()
        #expect(
            try sandbox.git("log", "--format=%s").output
                == "deploy: add input day\ndeploy: add notify; load: retry 3 → 5\nAdd deploy\n")
        try sandbox.write(Self.file, "# why\n" + Self.three)
        try sandbox.wfrepo("commit")
        #expect(try sandbox.git("log", "-1", "--format=%s").output == "deploy: comments only\n")
    }

    @Test func tellsOfAModeThatChanged() throws {
        let sandbox = try repository()
        try sandbox.shell("chmod +x workflows/deploy.yaml")
        let line = "mode 100644 → 100755\n"
        #expect(try sandbox.wfrepo("diff").output == "~ b/workflows/deploy.yaml: " + line)
        #expect(try sandbox.wfrepo("diff", "-q").status == 1)
        try sandbox.wfrepo("commit", "-m", "Mode")
        #expect(try sandbox.wfrepo("diff", "HEAD~1", "HEAD").output == "~ HEAD:workflows/deploy.yaml: " + line)
        #expect(try sandbox.wfrepo("diff").output == "")
    }

    /// As `git diff -M`: between commits, beside the work tree, and what is staged.
    @Test func showsARenamedWorkflowAsOne() throws {
        let sandbox = try repository()
        try sandbox.save(["other": Sandbox.hello], "Other")
        try sandbox.succeed("git mv workflows/deploy.yaml workflows/release.yaml")
        let called = "the workflow is called release now, deploy before"
        let gone = "the workflow is called release now: a run of deploy in flight has no new version to go on with"
        func expectation(_ old: String, _ new: String) -> String {
            """
            renamed from workflows/deploy.yaml to workflows/release.yaml
            --- \(old)workflows/deploy.yaml
            +++ \(new)workflows/release.yaml
            ~ steps[load].retry.max-attempts: 5 → 7  (line 6)

            For callers: breaking — \(called)
                         compatible — load is tried 7 times, 5 before
            For runs in flight: breaking — \(gone)
                                compatible — load is tried 7 times, 5 before

            """
        }
        let pure = """
            renamed from workflows/deploy.yaml to workflows/release.yaml

            For callers: breaking — \(called)
            For runs in flight: breaking — \(gone)

            """
        #expect(try sandbox.wfrepo("diff").output == pure)
        #expect(try sandbox.wfrepo("diff", "--cached", "--quiet").status == 1)
        #expect(try sandbox.wfrepo("diff", "--name-only").output == "(document)\n")
        #expect(
            try sandbox.wfrepo("diff", "--stat").output
                == "b/workflows/release.yaml\nrenamed from workflows/deploy.yaml to workflows/release.yaml\n no changes\n"
        )
        try sandbox.succeed("sed -i 's/max-attempts: 5/max-attempts: 7/' workflows/release.yaml")
        #expect(try sandbox.wfrepo("diff").output == expectation("a/", "b/"))
        #expect(try sandbox.wfrepo("diff", "--cached").output == pure)
        #expect(try sandbox.wfrepo("diff", "HEAD").output == expectation("HEAD:", ""))
        try sandbox.succeed("git commit -qam Rename")
        #expect(try sandbox.wfrepo("diff", "HEAD~1", "HEAD").output == expectation("HEAD~1:", "HEAD:"))
        let json = try sandbox.wfrepo("diff", "--json", "HEAD~1..HEAD").output
        #expect(json.contains(#""callers": "breaking""#) && json.contains(called))
        #expect(try sandbox.wfrepo("log", "-p", "-1", "release").output.contains(expectation("a/", "b/")))
        // git hands a rename to the driver that init sets up.
        try sandbox.wfrepo("init")
        #expect(try sandbox.git("diff", "HEAD~2", "HEAD~1", "--", "workflows").output == expectation("a/", "b/"))
    }

    @Test func tellsWhatADifferenceMeans() throws {
        let sandbox = try repository()
        #expect(
            try sandbox.wfrepo("diff", "deploy@v1", "deploy@v3").output == """
                --- deploy@v1
                +++ deploy@v3
                ~ steps[load].retry.max-attempts: 3 → 5  (line 5 → 6)
                + steps[notify]  (lines 7–8)
                    + id: notify
                    + run: make notify
                + inputs  (line 1)
                    + day:
                    +   required: true

                Order: + load → notify
                For callers: breaking — input day is required now
                             compatible — load is tried 5 times, 3 before; it does notify, too
                For runs in flight: breaking — a run in flight has no value for input day
                                    compatible — load is tried 5 times, 3 before; a run in flight does notify, too

                """)
        let json = try sandbox.wfrepo("diff", "--json", "deploy@v2", "deploy@v3").output
        #expect(json.contains(#""reason": "input day is required now""#))
        #expect(
            try sandbox.wfrepo("diff", "--format", "mermaid", "deploy@v1", "deploy@v2").output
                .hasPrefix("flowchart LR\n  n0[\"load\"]:::changed\n  n1[\"notify\"]:::added\n  n0 --> n1\n"))
    }

    @Test func tellsWhatADifferenceMeansInEveryForm() throws {
        let sandbox = try repository()
        func diff(_ format: String) throws -> String {
            try sandbox.wfrepo("diff", "--format", format, "deploy@v2", "deploy@v3").output
        }
        let lines = "For callers: breaking — input day is required now\n"
        #expect(try diff("text").contains(lines))
        #expect(try diff("side-by-side").contains(lines))
        #expect(try diff("markdown").contains("| input day added | **breaking** — input day is required now |"))
        #expect(
            try diff("html").contains("<span class=\"verdict high\">breaking</span> input day is required now</td>"))
        try sandbox.wfrepo("init")
        let driver = try sandbox.git("diff", "HEAD~2", "HEAD~1", "--", Self.file)
        #expect(driver.output.contains(lines))
        try sandbox.write("other.yaml", Self.one)
        let other = try sandbox.wfrepo("git-diff", "other.yaml", "other.yaml", "0", "100644", Self.file, "0", "100644")
        #expect(!other.output.contains("For callers"))
    }

    @Test func comparesTheEndsOfARange() throws {
        let sandbox = try repository()
        func diff(_ revisions: String...) throws -> String {
            let answer = try sandbox.succeed("wfrepo diff \(revisions.joined(separator: " "))")
            #expect(answer.contains("+ inputs"), "\(revisions)")
            return answer
        }
        let commits = try diff("HEAD~2", "HEAD")
        #expect(try diff("HEAD~2..HEAD") == commits)
        #expect(try diff("HEAD~2..") == commits)
        let versions = try diff("deploy@v1", "deploy@v3")
        #expect(try diff("deploy@v1..v3") == versions)
        #expect(try diff("deploy@v1..deploy@v3") == versions)
        // As `git diff main...side`: what the branch did, and not what it lacks.
        try sandbox.succeed("git checkout -q -b side HEAD~1")
        try sandbox.save(["other": Sandbox.hello], "Other")
        #expect(try sandbox.succeed("wfrepo diff main...side --stat").hasPrefix("side:workflows/other.yaml\n"))
        #expect(try sandbox.succeed("wfrepo diff main..side --stat").contains("workflows/deploy.yaml\n"))
    }

    @Test(arguments: [
        ("HEAD~9..HEAD", "HEAD~9: neither a workflow nor a commit"),
        ("deploy HEAD~1", "deploy is one workflow, and HEAD~1 a commit of all"),
        ("deploy@v1...v2", "deploy@v1...v2: of one workflow, two versions are compared"),
        (
            "./other.txt",
            "./other.txt: neither a workflow nor a commit\nhint: to compare two files: wfrepo diff --no-index A B"
        ),
    ])
    func saysWhatCantBeCompared(revisions: String, reason: String) throws {
        let sandbox = try repository()
        try sandbox.write("other.txt", "x: 1\n")
        let answer = try sandbox.fail("wfrepo diff \(revisions)")
        #expect(answer.errors.hasPrefix("wfrepo: \(reason)\n"), "\(answer.errors)")
        #expect(answer.errors.contains("hint: "))
    }

    @Test func namesThePartsOfSeveralWorkflowsWithEach() throws {
        let sandbox = try repository()
        try sandbox.save(["other": Sandbox.hello], "Other")
        #expect(try sandbox.wfrepo("diff", "HEAD~2", "HEAD~1", "--name-only").output == "inputs\n")
        #expect(
            try sandbox.wfrepo("diff", "HEAD~2", "--name-only").output
                == "workflows/deploy.yaml: inputs\nworkflows/other.yaml: (document)\n")
    }

    /// What git itself says, which asks for each file by itself.
    @Test func comparesWhatIsStagedAsGitDoes() throws {
        let sandbox = try Sandbox.withWorkflows(["a": Sandbox.hello, "b": Sandbox.hello, "c": Sandbox.hello])
        try sandbox.write("workflows/a.yaml", Sandbox.hello + "    timeout: 1m\n")
        try sandbox.write("workflows/d.yaml", Self.one)
        try sandbox.succeed("git rm -q workflows/b.yaml && chmod +x workflows/c.yaml && git add workflows")
        try sandbox.write("workflows/a.yaml", Sandbox.hello + "    timeout: 2m\n")
        let staged = try sandbox.succeed("git diff --cached --no-renames")
        #expect(staged.contains("+ steps[greet].timeout: 1m") && staged.contains("--- a/workflows/d.yaml"), "\(staged)")
        let answer = try sandbox.wfrepo("diff", "--cached")
        #expect(answer.output == staged + "~ b/workflows/c.yaml: mode 100644 → 100755\n", "\(answer.errors)")
        #expect(try sandbox.wfrepo("diff", "--staged", "HEAD").output == answer.output)
        #expect(try sandbox.wfrepo("diff", "--cached", "a").output.contains("+ steps[greet].timeout: 1m"))
        try sandbox.succeed("git commit -q -m Staged")
        #expect(try sandbox.wfrepo("diff", "--cached", "--exit-code").status == 0)
        #expect(try sandbox.wfrepo("diff", "--exit-code").status == 1)
        #expect(try sandbox.wfrepo("diff", "--cached", "HEAD", "HEAD").status == 64)
        try sandbox.succeed("git checkout -q . && git checkout -q -b side HEAD~")
        try sandbox.save(["a": Sandbox.hello + "    timeout: 9m\n"], "Nine")
        try sandbox.fail("git merge -q main")
        let conflict = try sandbox.wfrepo("diff", "--cached")
        #expect(conflict.status == 2)
        #expect(
            conflict.errors == """
                wfrepo: workflows/a.yaml: a merge left it in conflict
                hint: mend it, then: git add workflows/a.yaml

                """)
    }

    @Test func takesAPathFromTheFolderItIsTypedIn() throws {
        let sandbox = try repository()
        try sandbox.write(Self.file, Self.one)
        let named = try sandbox.wfrepo("diff", "deploy").output
        #expect(named.hasPrefix("--- deploy@v3\n+++ deploy@worktree\n"))
        for path in ["deploy.yaml", "./deploy.yaml", "../workflows/deploy.yaml"] {
            #expect(try sandbox.wfrepo("diff", path, in: "workflows").output == named)
        }
    }

    @Test func tellsProgramsThatTwoSidesAreEqual() throws {
        let sandbox = try repository()
        let equal = try sandbox.object("diff", "--json", "deploy@v2", "deploy@v2")
        #expect((equal["equal"] as? Bool, equal["cosmetic"] as? Bool) == (true, false))
        #expect(try sandbox.object("diff", "--no-index", "--json", Self.file, Self.file)["equal"] as? Bool == true)
        #expect(
            try sandbox.wfrepo("diff", "--no-index", "--format", "json-patch", Self.file, Self.file).output == "[]\n")
        #expect(try sandbox.wfrepo("diff", "deploy@v2", "deploy@v2", "--stat", "--exit-code").output == "")
        #expect(try sandbox.wfrepo("diff", "deploy@v2", "deploy@v2", "--exit-code").status == 0)
        #expect(try sandbox.wfrepo("diff", "deploy@v2", "deploy@v3", "-q").status == 1)
    }

    @Test func givesProgramsWhatEachVersionChanged() throws {
        let sandbox = try repository()
        let versions = try sandbox.objects("log", "-p", "--json", "-n2", "deploy")
        #expect(versions.map { $0["workflow"] as? String } == ["deploy", "deploy"])
        let change = try #require((versions[0]["changes"] as? [[String: Any]])?.first)
        #expect((change["kind"] as? String, change["path"] as? String) == ("added", "inputs"))
        #expect((versions[0]["impact"] as? [String: Any])?["callers"] as? String == "breaking")
        #expect((versions[0]["differences"] as? [[String: Any]])?.count == 1)
        let step = try sandbox.objects("log", "-p", "--step", "load", "--json", "deploy")
        #expect(
            (step[0]["changes"] as? [[String: Any]])?.map { $0["path"] as? String } == [
                "steps[load].retry.max-attempts"
            ])
        #expect(try sandbox.objects("log", "--json", "deploy")[0]["changes"] == nil)
    }

    @Test func tellsThatAWorkflowIsGone() throws {
        let sandbox = try repository()
        try sandbox.wfrepo("rm", "deploy")
        let answer = try sandbox.wfrepo("diff", "HEAD~1", "HEAD")
        #expect(answer.output.contains("\nFor callers: breaking — the workflow is gone\n"))
        let reverse = try sandbox.wfrepo("diff", "HEAD", "HEAD~1")
        #expect(
            reverse.output.hasSuffix(
                "For callers: compatible — the workflow is new\nFor runs in flight: nothing changes\n"))
    }

    @Test func comparesAnyFileWithoutTakingItForAWorkflow() throws {
        let sandbox = try Sandbox()
        try sandbox.write("a.yaml", Self.one)
        try sandbox.write("b.yaml", Self.two)
        let answer = try sandbox.wfrepo("diff", "--no-index", "a.yaml", "b.yaml")
        #expect(!answer.output.contains("For callers"))
    }

    @Test func revertsOneVersion() throws {
        let sandbox = try repository()
        let dry = try sandbox.wfrepo("revert", "deploy@v2", "--reason", "doubled orders", "--dry-run")
        #expect((dry.status, try sandbox.read(Self.file)) == (0, Self.three))
        #expect(dry.output.hasSuffix("Nothing was changed (--dry-run).\n"))
        let answer = try sandbox.wfrepo("revert", "deploy@v2", "--reason", "doubled orders")
        #expect((answer.status, answer.errors) == (0, ""))
        #expect(try sandbox.read(Self.file) == "inputs: {day: {required: true}}\n" + Self.one)
        #expect(try sandbox.git("status", "--porcelain").output == "")
        #expect(
            try sandbox.git("log", "-1", "--format=%s%n%(trailers:key=Reason)").output
                == "Revert deploy v2: add notify; load: retry 3 → 5\nReason: doubled orders\n\n")
    }

    @Test func explainsAConflictAndChangesNothing() throws {
        let sandbox = try repository()
        try sandbox.write(Self.file, Self.three.replacing("5", with: "7"))
        try sandbox.wfrepo("commit")
        let head = try sandbox.git("rev-parse", "HEAD").output
        let answer = try sandbox.wfrepo("revert", "deploy@v2", "--reason", "r")
        #expect(answer.status == 1)
        #expect(
            answer.errors == """
                wfrepo: deploy v2 can't be undone alone; nothing was changed
                  steps[load].retry.max-attempts: v2 made it 5 (3 before), and v4 made it 7
                hint: edit the file and save it ('wfrepo commit deploy'), or undo the later versions first

                """)
        #expect(try sandbox.git("rev-parse", "HEAD").output == head)
        #expect(try sandbox.git("status", "--porcelain").output == "")
        let json = try sandbox.wfrepo("revert", "deploy@v2", "--reason", "r", "--json")
        #expect(json.status == 1)
        #expect(json.output.contains(#""reason": "v2 made it 5 (3 before), and v4 made it 7""#))
    }

    @Test func blamesEachPartOnAVersion() throws {
        let sandbox = try repository()
        let lines = try sandbox.wfrepo("blame", "deploy").output.split(separator: "\n").map { line in
            line.split(separator: " ").prefix(2).joined(separator: " ")
        }
        #expect(lines == ["inputs v3", "name v1", "steps[load] v2", "steps[notify] v2"])
        let first = try #require(try sandbox.wfrepo("blame", "deploy").output.split(separator: "\n").first)
        #expect(first.contains("  2026-11-01  Ada  deploy: add input day"))
        #expect(try sandbox.wfrepo("blame", "deploy", "--json").output.contains(#""step": "notify""#))
        #expect(try sandbox.wfrepo("blame", "nothing").status == 2)
    }

    @Test func logTakesANumberAsGitDoes() throws {
        let sandbox = try repository()
        #expect(try sandbox.wfrepo("log", "-2", "--oneline").output.split(separator: "\n").count == 2)
        #expect(try sandbox.wfrepo("log", "--oneline", "deploy", "-1").output.hasPrefix("deploy v3 "))
        #expect(try sandbox.wfrepo("log", "-x").status == 64)
    }

    @Test func logsWithPatchesAndOfOneStep() throws {
        let sandbox = try repository()
        let sha = try sandbox.git("rev-parse", "--short=7", "HEAD").output.dropLast()
        #expect(
            try sandbox.wfrepo("log", "-p", "-n", "1", "deploy").output == """
                deploy v3  changed  \(sha)
                Author: Ada <ada@example.test>
                Date:   2026-11-01T10:00:00Z

                    deploy: add input day

                --- a/workflows/deploy.yaml
                +++ b/workflows/deploy.yaml
                + inputs  (line 1)
                    + day:
                    +   required: true

                For callers: breaking — input day is required now
                For runs in flight: breaking — a run in flight has no value for input day

                """)
        let step = try sandbox.wfrepo("log", "--step", "load", "-p", "deploy").output
        #expect(step.contains("deploy v2  step load changed"))
        #expect(step.contains("~ steps[load].retry.max-attempts: 3 → 5"))
        #expect(!step.contains("steps[notify]"))
        #expect(try sandbox.wfrepo("log", "--step", "laod", "deploy").errors.contains("did you mean load?"))
        #expect(try sandbox.wfrepo("log", "--oneline", "--grep", "^Add", "deploy").output.hasPrefix("deploy v1 "))
        #expect(try sandbox.wfrepo("log", "--author", "bob").output == "")
        func count(_ option: String, _ date: String) throws -> Int {
            try sandbox.wfrepo("log", "--oneline", option, date).output.split(separator: "\n").count
        }
        #expect(try count("--since", "2026-11-01") == 3)
        #expect(try count("--since", "2026-11-01T10:00:01Z") == 0)
        #expect(try count("--until", "2026-11-01") == 3)
        #expect(try count("--until", "2026-10-31") == 0)
        #expect(try sandbox.wfrepo("log", "--since", "nonsense").status == 64)
        #expect(try sandbox.wfrepo("log", "--step", "load").status == 64)
    }
}
