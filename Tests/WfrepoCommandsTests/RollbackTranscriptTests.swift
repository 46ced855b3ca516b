import Foundation
import Testing

@Suite struct RollbackTranscriptTests {
    private func repository() throws -> Sandbox {
        let sandbox = try Sandbox.withWorkflows([
            "job": "# As it was\r\nsteps: [{id: a, run: make}]   \n\n", "other": Sandbox.hello,
        ])
        try sandbox.save(["job": Sandbox.hello, "other": "steps:\n  - id: greet\n    run: echo two\n"], "Two")
        return sandbox
    }

    @Test func restoresByteForByteAndSaysWhy() throws {
        let sandbox = try repository()
        let undone = try sandbox.git("rev-parse", "HEAD").output.trimmingCharacters(in: .newlines)
        let answer = try sandbox.wfrepo("rollback", "job", "--to", "v1", "--reason", "Two is wrong")
        #expect(answer.status == 0)
        #expect(answer.output.hasPrefix("job: v2 → v1\nundoes \(undone.prefix(7))\n[main "))
        #expect(
            try sandbox.git("rev-parse", "HEAD:workflows/job.yaml").output
                == sandbox.git("rev-parse", "HEAD~2:workflows/job.yaml").output)
        #expect(
            try Data(contentsOf: sandbox.root.appending(path: "workflows/job.yaml"))
                == Data("# As it was\r\nsteps: [{id: a, run: make}]   \n\n".utf8))
        let message = try sandbox.git("log", "-1", "--format=%B").output
        #expect(message.contains("\nThis reverts commit \(undone).\n"))
        #expect(message.contains("\nRollback-To: job@v1 "))
        #expect(message.contains("\nReason: Two is wrong\n"))
        #expect(try sandbox.git("status", "--porcelain").output == "")
        #expect(try sandbox.read("workflows/other.yaml").contains("two"))
    }

    @Test func severalAreOneCommitAndCanBeRolledBack() throws {
        let sandbox = try repository()
        try sandbox.succeed("wfrepo rollback job other --to v1 --reason Both")
        #expect(try sandbox.git("rev-list", "--count", "HEAD~1..HEAD").output == "1\n")
        #expect(try sandbox.git("diff", "--stat", "HEAD~2", "HEAD").output == "")
        try sandbox.succeed("wfrepo rollback --all --to HEAD~1 --reason 'Not after all'")
        #expect(try sandbox.git("diff", "--stat", "HEAD~2", "HEAD").output == "")
        #expect(try sandbox.objects("log", "job", "--json").map { $0["version"] as? Int } == [4, 3, 2, 1])
        try sandbox.succeed("git fsck --strict")
    }

    @Test func saysWhichAreAsAskedForAlready() throws {
        let sandbox = try repository()
        try sandbox.succeed("wfrepo rollback job --to v1 --reason One")
        let answer = try sandbox.wfrepo("rollback", "job", "other", "--to", "v1", "--reason", "Both", "--dry-run")
        #expect(answer.output.hasPrefix("other: v2 → v1\njob: is as asked for already\nundoes "))
        let plan = try sandbox.object("rollback", "job", "other", "--to", "v1", "--reason", "Both", "--json")
        #expect(plan["unchanged"] as? [String] == ["job"])
        #expect((plan["workflows"] as? [[String: Any]])?.map { $0["workflow"] as? String } == ["other"])
    }

    @Test func credentialsDoNotComeBackUnsaid() throws {
        // The documented example of a key's shape; it opens nothing.
        let text = "env: {KEY: AKIAIOSFODNN7EXAMPLE}\n" + Sandbox.hello
        let sandbox = try repository()
        try sandbox.write("workflows/job.yaml", text)
        try sandbox.succeed("git commit -qam Key --no-verify")
        try sandbox.save(["job": Sandbox.hello], "Out")
        let plan = try sandbox.wfrepo("rollback", "job", "--to", "v3", "--reason", "r", "--dry-run")
        #expect(plan.status == 0)
        #expect(plan.output.contains("refused: workflows/job.yaml:1:12: what looks like an AWS access key"))
        for command in ["rollback job --to v3", "revert job@v4"] {
            let answer = try sandbox.fail("wfrepo \(command) --reason r")
            #expect(answer.status == 2)
            #expect(answer.errors.contains("a credential in clear text would come back, so nothing was changed"))
            #expect(answer.errors.hasSuffix("if it is none: --allow-secret\n"))
        }
        #expect(try sandbox.git("log", "-1", "--format=%s").output == "Out\n")
        try sandbox.succeed("wfrepo revert job@v4 --reason r --allow-secret")
        #expect(try sandbox.read("workflows/job.yaml") == text)
        #expect(
            try sandbox.git("log", "-1", "--format=%(trailers:key=Allowed-Secret)").output == "Allowed-Secret: job\n\n")
    }

    @Test func allOrNone() throws {
        let sandbox = try repository()
        let answer = try sandbox.wfrepo("rollback", "job", "nosuch", "--to", "v1", "--reason", "x")
        #expect(answer.status == 2)
        #expect(try sandbox.git("log", "-1", "--format=%s").output == "Two\n")
    }

    @Test func dryRunChangesNothing() throws {
        let sandbox = try repository()
        let answer = try sandbox.wfrepo("rollback", "job", "--to", "v1", "--reason", "x", "--dry-run")
        #expect(answer.output.hasSuffix("Nothing was changed (--dry-run).\n"))
        #expect(try sandbox.git("log", "-1", "--format=%s").output == "Two\n")
        #expect(try sandbox.git("status", "--porcelain").output == "")
    }

    @Test func editsThatAreInNoCommitAreKept() throws {
        let sandbox = try repository()
        try sandbox.succeed("echo '# mine' >>workflows/job.yaml")
        let answer = try sandbox.wfrepo("rollback", "job", "--to", "v1", "--reason", "x")
        #expect(answer.status == 2)
        #expect(
            answer.errors.contains(
                "it has edits that are in no commit and would be lost\nhint: save them: wfrepo commit job"))
        #expect(try sandbox.read("workflows/job.yaml").hasSuffix("# mine\n"))
    }

    @Test(arguments: ["assume-unchanged", "skip-worktree"])
    func editsThatGitWasToldToPassOverAreKept(flag: String) throws {
        let sandbox = try repository()
        try sandbox.succeed("git update-index --\(flag) workflows/job.yaml && echo '# mine' >>workflows/job.yaml")
        for command in ["rollback job --to v1 --reason x", "disable job", "rm job", "mv job other"] {
            let answer = try sandbox.wfrepo(words: command.split(separator: " ").map(String.init))
            #expect(
                answer.errors == """
                    wfrepo: job: it has edits that are in no commit and would be lost, and git was told to pass them over
                    hint: save them: wfrepo commit job, or have git see them again: git update-index --no-\(flag) \
                    workflows/job.yaml

                    """)
        }
        #expect(try sandbox.read("workflows/job.yaml").hasSuffix("# mine\n"))
        try sandbox.succeed("git update-index --no-\(flag) workflows/job.yaml && wfrepo commit -m Mine")
        // What a sparse checkout leaves out has no edits.
        try sandbox.succeed("git sparse-checkout set --no-cone /other && wfrepo rollback job --to v1 --reason x")
        #expect(try sandbox.succeed("git status --porcelain") == "")
    }

    @Test(arguments: [".git/info/exclude", "none"])
    func aFileInThePlaceOfARemovedOneIsKept(rules: String) throws {
        let sandbox = try repository()
        try sandbox.succeed("wfrepo rm job && mkdir -p workflows && echo job.yaml >>\(rules)")
        try sandbox.write("workflows/job.yaml", "mine\n")
        #expect(
            try sandbox.fail("wfrepo rollback job --to v1 --reason x").errors.contains(
                "job: a file is there that is in no commit and would be lost\n"
                    + "hint: save it: wfrepo commit job, or drop it: rm workflows/job.yaml\n"))
        #expect(try sandbox.read("workflows/job.yaml") == "mine\n")
    }

    @Test func bringsBackWhatWasRemovedOrMoved() throws {
        let sandbox = try repository()
        try sandbox.succeed(
            "wfrepo mv job team/job && wfrepo rm team/job && wfrepo rollback team/job --to v3 --reason 'Needed'")
        #expect(try sandbox.read("workflows/team/job.yaml") == Sandbox.hello)
        try sandbox.succeed("wfrepo rollback team/job --to v1 --reason 'The first one'")
        #expect(try sandbox.git("status", "--porcelain").output == "")
        #expect(try sandbox.wfrepo("run", "team/job", "--dry-run").status == 0)
    }

    @Test func theStateMayBeWrittenWithTheWorkflow() throws {
        let sandbox = try repository()
        let plan = try sandbox.succeed("wfrepo rollback job --to v1 --reason x --dry-run")
        #expect(try sandbox.succeed("wfrepo rollback job --to job@v1 --reason x --dry-run") == plan)
        #expect(plan.hasPrefix("job: v2 → v1\n"), "\(plan)")
    }

    @Test(arguments: [
        (
            "rollback job --to other@v1",
            "other@v1: git knows no such commit\nhint: versions are v1, v2, …: wfrepo log\n"
        ),
        ("rollback job --to v0", "v0: no version has that number: they count from v1\nhint: list them: wfrepo log\n"),
        (
            "rollback --all --to '{2020-01-01}'",
            "{2020-01-01T23:59:59Z}: the history does not reach back that far\n"
                + "hint: name a later time, or a commit: --to HEAD~1\n"
        ),
        ("revert job@main~99", "job@main~99: git knows no commit main~99\nhint: list the versions: wfrepo log job\n"),
    ])
    func whatNoStateIsIsSaid(command: String, message: String) throws {
        let answer = try repository().fail("wfrepo \(command) --reason x")
        #expect(answer.errors == "wfrepo: " + message)
    }

    @Test func aReasonIsNeeded() throws {
        let sandbox = try repository()
        #expect(try sandbox.wfrepo("rollback", "job", "--to", "v1").status == 64)
        #expect(try sandbox.wfrepo("rollback", "job", "--to", "v1", "--reason", " ").status == 2)
    }
}
