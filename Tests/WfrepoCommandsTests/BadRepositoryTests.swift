import Foundation
import Testing

/// Repositories in a state that stops a command: each gets a clear error, and nothing is lost.
@Suite struct BadRepositoryTests {
    private func save(_ sandbox: Sandbox) throws -> Sandbox.Answer {
        try sandbox.write("workflows/job.yaml", "steps:\n  - id: greet\n    run: echo edited\n")
        return try sandbox.wfrepo("commit", "-m", "Edit")
    }

    /// The edit is still there, nothing was saved, and the index is as it was.
    private func expectUntouched(_ sandbox: Sandbox, at location: SourceLocation = #_sourceLocation) throws {
        #expect(try sandbox.read("workflows/job.yaml").contains("edited"), sourceLocation: location)
        #expect(try sandbox.git("log", "-1", "--format=%s").output == "Start\n", sourceLocation: location)
        #expect(try sandbox.git("status", "--porcelain").output == " M workflows/job.yaml\n", sourceLocation: location)
    }

    @Test func withoutARepositoryInitIsNamed() throws {
        let answer = try Sandbox().wfrepo("status")
        #expect(answer.status == 2)
        #expect(answer.errors.contains("no git repository there or in a folder above\nhint: make one: wfrepo init"))
    }

    @Test func withoutCommitsTheFirstSaveWorks() throws {
        let sandbox = try Sandbox()
        try sandbox.git("init", "-q", "-b", "main")
        for command in [["log"], ["show", "job"], ["run", "job"]] {
            let answer = try sandbox.wfrepo(words: command)
            #expect(answer.status == 2)
            #expect(answer.errors.contains("it has no commit yet"), "\(command): \(answer.errors)")
        }
        #expect(try sandbox.wfrepo("status").output.hasPrefix("On branch main, 0 workflows\nNo commits yet\n"))
        try sandbox.write("workflows/job.yaml", Sandbox.hello)
        for command in [["run", "job@worktree"], ["run", "job"], ["show", "job@worktree"]] {
            let answer = try sandbox.wfrepo(words: command)
            #expect(answer.status == 2)
            #expect(answer.errors.contains("the branch has no commit yet"), "\(command): \(answer.errors)")
            #expect(answer.errors.hasSuffix("hint: save the first version: wfrepo commit job\n"))
        }
        #expect(try sandbox.wfrepo("commit", "-m", "First").output.hasPrefix("[main (first commit) "))
        #expect(try sandbox.git("status", "--porcelain").output == "")
    }

    /// A save below a submodule would take the submodule out of the tree.
    @Test(arguments: ["new team/fresh", "mv job team/job", "commit team/there"])
    func aSubmoduleStays(command: String) throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed(
            """
            git clone -q . ../team && git -c protocol.file.allow=always submodule --quiet add ../team workflows/team
            git commit -qm Team && printf 'steps: [{run: a}]' > workflows/team/there.yaml
            """)
        let before = try sandbox.succeed(
            "git status --porcelain && git -C workflows/team status --porcelain && git rev-parse HEAD")
        let answer = try sandbox.fail("wfrepo \(command)")
        #expect(answer.errors.contains("workflows/team: it is a submodule"), "\(answer.errors)")
        #expect(
            try sandbox.succeed(
                "git status --porcelain && git -C workflows/team status --porcelain && git rev-parse HEAD")
                == before)
    }

    @Test func inTheMiddleOfAMergeSavesWait() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed(
            """
            git checkout -q -b side && sed -i s/hello/side/ workflows/job.yaml && git commit -qam Side
            git checkout -q main && sed -i s/hello/main/ workflows/job.yaml && git commit -qam Main
            """)
        try sandbox.fail("git merge side")
        let before = try sandbox.read("workflows/job.yaml")
        for command in [
            "commit -m x", "rollback job --to v1 --reason x", "mv job other", "disable job", "rm job", "new other",
        ] {
            let answer = try sandbox.fail("wfrepo \(command)")
            #expect(answer.status == 2)
            #expect(answer.errors.contains("a merge is under way"), "\(command): \(answer.errors)")
            #expect(answer.errors.contains("git merge --continue"))
        }
        #expect(try sandbox.wfrepo("status").output.contains("git is in the middle of a merge"))
        #expect(try sandbox.read("workflows/job.yaml") == before)
        #expect(try sandbox.git("status", "--porcelain").output == "UU workflows/job.yaml\n")
        #expect(try sandbox.wfrepo("run", "job").status == 0)
    }

    @Test(arguments: [".git/index.lock", ".git/refs/heads/main.lock"])
    func staleLockIsNamedAndTheSaveRepeats(lock: String) throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.write(lock, "")
        let answer = try save(sandbox)
        #expect(answer.status == 2)
        #expect(answer.errors.contains("the lock is stale: rm \(sandbox.root.path)/\(lock)"), "\(answer.errors)")
        #expect(try sandbox.read(lock) == "")
        try sandbox.succeed("rm \(lock)")
        try expectUntouched(sandbox)
        #expect(try sandbox.wfrepo("commit", "-m", "Edit").status == 0)
        #expect(try sandbox.git("status", "--porcelain").output == "")
    }

    @Test func lockedRecordsAreCaughtUpLater() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed("wfrepo run job")
        try sandbox.succeed("touch \"$(echo .git/refs/notes/wfrepo/runs/*/????-??).lock\"")
        let run = try sandbox.wfrepo("run", "job")
        #expect(run.status == 0)
        #expect(run.output.contains("job v1 succeeded"), "\(run.output)\(run.errors)")
        #expect(run.errors.contains(".lock"), "\(run.errors)")
        #expect(try sandbox.objects("runs", "list", "--json").count == 2)
        try sandbox.succeed("rm .git/refs/notes/wfrepo/runs/*/*.lock && wfrepo run job")
        let notes = try sandbox.git("log", "-1", "--format=%N", "--notes=wfrepo/runs/*").output
        #expect(notes.split(separator: "\n").count { $0.contains("succeeded") } == 3)
    }

    @Test func movedBranchIsNotOverwritten() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        let old = try sandbox.git("rev-parse", "HEAD").output.trimmingCharacters(in: .newlines)
        try sandbox.succeed("git commit -q --allow-empty -m Theirs")
        try sandbox.write("workflows/job.yaml", "steps:\n  - id: greet\n    run: echo edited\n")
        let answer = try sandbox.wfrepo("commit", "-m", "Mine", "--expect", old)
        #expect(answer.status == 2)
        #expect(answer.errors.contains("moved"), "\(answer.errors)")
        #expect(try sandbox.git("log", "-1", "--format=%s").output == "Theirs\n")
        #expect(try sandbox.read("workflows/job.yaml").contains("edited"))
    }

    @Test func aSaveThatLostTheRaceIsRefused() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        // The hook stands for a colleague whose commit arrives between our reading and our writing.
        try sandbox.write(
            ".git/hooks/commit-msg",
            "#!/bin/sh\ngit update-ref refs/heads/main $(git commit-tree -p HEAD -m Theirs HEAD^{tree})\n")
        try sandbox.succeed("chmod +x .git/hooks/commit-msg")
        let answer = try save(sandbox)
        #expect(answer.status == 2)
        #expect(answer.errors.contains("moved"), "\(answer.errors)")
        #expect(try sandbox.git("log", "-1", "--format=%s").output == "Theirs\n")
        #expect(try sandbox.read("workflows/job.yaml").contains("edited"))
    }

    @Test func settingsComeFromWhereGitTakesThem() throws {
        let sandbox = try Sandbox()
        for name in ["AUTHOR", "COMMITTER"] {
            sandbox.environment["GIT_\(name)_NAME"] = nil
            sandbox.environment["GIT_\(name)_EMAIL"] = nil
        }
        try sandbox.write(
            "settings", "[user]\n\tname = Grace\n\temail = grace@example.test\n[init]\n\tdefaultBranch = trunk\n")
        // Not read, as GIT_CONFIG_GLOBAL names another file.
        try sandbox.write("../home/.gitconfig", "[user]\n\tname = Nobody\n")
        sandbox.environment["GIT_CONFIG_GLOBAL"] = sandbox.root.appending(path: "settings").path
        try sandbox.succeed("wfrepo init repository")
        let commit = try sandbox.git("log", "-1", "--format=%an %ae %D", in: "repository").output
        #expect(commit == "Grace grace@example.test HEAD -> trunk\n")
    }

    @Test func sha256IsNamed() throws {
        let sandbox = try Sandbox()
        try sandbox.git("init", "-q", "--object-format=sha256")
        for command in ["status", "init"] {
            let answer = try sandbox.wfrepo(command)
            #expect(answer.status == 2)
            #expect(answer.errors.contains("SHA-256 repositories are not supported"))
        }
    }

    @Test(arguments: [
        ("show job@v99", "job@v99: there is no v99: job has v1 only\n"),
        ("run job@nosuch", "job@nosuch: git knows no commit nosuch\n"),
        ("show jbo", "jbo: no workflow of that name at HEAD\nhint: did you mean job?\n"),
        ("rollback job --to HEAD~99 --reason x", "HEAD~99: git knows no such commit\n"),
        ("show job@{2020-01-01}", "the workflow did not exist then\n"),
        ("show job@{rubbish}", "not a date between the braces\n"),
        ("runs show zzz", "there is no run 'zzz'\n"),
    ])
    func unknownRevisionIsNamed(command: String, message: String) throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        let answer = try sandbox.fail("wfrepo \(command)")
        #expect(answer.status == 2)
        #expect(answer.errors.contains(message), "\(answer.errors)")
    }

    @Test(.enabled(if: getuid() == 0, "only root can give a folder to somebody else"))
    func repositoryOfSomebodyElseIsRefused() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed("chown -R 65534 .")
        for command in ["status", "init", "commit", "run job"] {
            let answer = try sandbox.fail("wfrepo \(command)")
            #expect(answer.status == 2)
            #expect(
                answer.errors.contains("it is owned by another user\nhint: if you trust it: git config --global"),
                "\(command): \(answer.errors)")
        }
    }
}
