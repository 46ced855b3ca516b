import Foundation
import Testing

/// Plain git in a repository with our hooks, and who starts what.
@Suite struct HookTranscriptTests {
    /// A workflow that `event` starts; its run writes into a pipe, which the test waits at.
    private static func telling(_ event: String) -> String {
        "on: {\(event): {}}\nsteps:\n  - id: tell\n    run: echo \"$WFREPO_COMMIT\" >\"$PIPE\"\n"
    }

    private func repository(_ event: String) throws -> Sandbox {
        let sandbox = try Sandbox.withWorkflows()
        sandbox.environment["PIPE"] = sandbox.root.appending(path: ".git/pipe").path
        try sandbox.succeed("mkfifo .git/pipe")
        try sandbox.write("workflows/tell.yaml", Self.telling(event))
        return sandbox
    }

    @Test func aPlainCommitStartsARunInTheBackground() throws {
        let sandbox = try repository("commit")
        try sandbox.git("add", "-A")
        // Nobody reads the pipe yet, so the run can't have ended when the commit has.
        let answer = try sandbox.shell("timeout 60 git commit -q -m Tell")
        #expect(answer.status == 0)
        #expect(answer.errors.wholeMatch(of: /wfrepo: started tell, run \w{26}\n/) != nil)
        let commit = try sandbox.git("rev-parse", "HEAD").output
        #expect(try sandbox.succeed("timeout 60 cat .git/pipe") == commit)
        let run = try #require(try sandbox.objects("runs", "list", "--json").first)
        #expect((run["trigger"] as? [String: Any])?["event"] as? String == "commit")
        // A commit that leaves it alone starts nothing.
        #expect(try sandbox.git("commit", "-q", "--allow-empty", "-m", "Other").errors == "")
    }

    @Test func aPushStartsARunWhereItArrives() throws {
        let sandbox = try repository("push")
        try sandbox.succeed(
            "wfrepo init --bare ../shared.git && git remote add origin ../shared.git && wfrepo commit -m Tell")
        let answer = try sandbox.shell("timeout 60 git push -q origin main")
        #expect(answer.status == 0)
        #expect(answer.errors.contains("remote: wfrepo: started tell, run "))
        #expect(try sandbox.succeed("timeout 60 cat .git/pipe") == sandbox.git("rev-parse", "HEAD").output)
        #expect(try sandbox.objects("runs", "list", "--json").isEmpty)
        #expect(try sandbox.objects("-C", "../shared.git", "runs", "list", "--json").count == 1)
    }

    @Test func aPushOfABadDefinitionIsRefused() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed("wfrepo init --bare ../shared.git && git remote add origin ../shared.git")
        try sandbox.succeed("sed -i s/run:/runn:/ workflows/job.yaml && git commit -q -a --no-verify -m Bad")
        let answer = try sandbox.git("push", "-q", "origin", "main")
        #expect(answer.status == 1)
        #expect(
            answer.errors.contains("remote: workflows/job.yaml:3:5: a step has no key `runn` — did you mean `run`?"))
        #expect(try sandbox.git("-C", "../shared.git", "for-each-ref", "refs/heads").output == "")
    }

    @Test func aCloneStartsNothingUntilItIsTrusted() throws {
        let sandbox = try repository("commit")
        try sandbox.succeed("git add -A && git commit -q --no-verify -m Tell && timeout 60 cat .git/pipe >/dev/null")
        try sandbox.succeed("git clone -q . ../clone && wfrepo -C ../clone init")
        let edit = "echo '# edited' >>workflows/tell.yaml && git commit -q -a -m Edit"
        let answer = try sandbox.shell(edit, in: "../clone")
        #expect(answer.status == 0)
        #expect(
            answer.errors
                == "wfrepo: tell not started: this repository is not trusted; 'wfrepo trust' allows runs here\n")
        #expect(try sandbox.objects("-C", "../clone", "runs", "list", "--json").isEmpty)
        // The trust is bound to the folder: a copy has none.
        try sandbox.succeed("wfrepo -C ../clone trust && cp -a ../clone ../copy")
        #expect(try sandbox.shell(edit, in: "../copy").errors.contains("not trusted"))
        #expect(try sandbox.shell(edit, in: "../clone").errors.hasPrefix("wfrepo: started tell, run "))
        try sandbox.succeed("timeout 60 cat .git/pipe")
    }

    @Test func aPlainCloneIsToldOnceWhatIsMissing() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed("git clone -q . ../clone")
        let first = try sandbox.wfrepo("-C", "../clone", "log", "--oneline")
        #expect(first.status == 0)
        #expect(first.output.hasPrefix("job v1 "))
        #expect(first.errors.hasPrefix("note: this clone holds workflows and is not set up; 'wfrepo init' would\n"))
        for step in [
            "show results of runs in git log", "install the git hooks pre-commit, ", "name this clone's records",
        ] {
            #expect(first.errors.contains("  \(step)"))
        }
        #expect(try sandbox.wfrepo("-C", "../clone", "log").errors == "")
        #expect(try sandbox.wfrepo("log").errors == "")
    }

    @Test func installChainsAndUninstallRestores() throws {
        let sandbox = try Sandbox()
        try sandbox.git("init", "-q", "-b", "main")
        let own = "#!/bin/sh\necho own >>calls\n"
        try sandbox.write(".git/hooks/pre-commit", own)
        try sandbox.succeed(
            "chmod +x .git/hooks/pre-commit && wfrepo hooks install && git commit -q --allow-empty -m One")
        #expect(try sandbox.read("calls") == "own\n")
        #expect(
            try sandbox.wfrepo("hooks").output.contains("pre-commit        installed  an earlier hook runs first\n"))
        #expect(try sandbox.wfrepo("hooks", "install").output == "Every hook is in place already.\n")
        try sandbox.succeed("wfrepo hooks uninstall")
        #expect(try sandbox.read(".git/hooks/pre-commit") == own)
        #expect(try sandbox.succeed("grep -l wfrepo .git/hooks/* || true") == "")
        #expect(try sandbox.succeed("ls .git/hooks/*.before-wfrepo 2>/dev/null || true") == "")
    }

    @Test func namesThatDifferInCaseAreToldOfByPlainGitToo() throws {
        let sandbox = try Sandbox.withWorkflows(["team/Job": Sandbox.hello])
        try sandbox.succeed("wfrepo init --bare ../shared.git && git remote add origin ../shared.git")
        try sandbox.succeed("git push -q origin main")
        for name in ["Team/jOB", "team/Jobs"] { try sandbox.write("workflows/\(name).yaml", Sandbox.hello) }
        let told = """
            warning: workflows/Team/jOB.yaml: workflows/team/Job.yaml differs from it only in case; file systems that do not tell \
            case apart (macOS, Windows) have room for one of them — rename one: wfrepo mv NAME OTHER
            """
        #expect(try sandbox.shell("git add -A && git commit -q -m Add").errors == told + "\n")
        let push = try sandbox.git("push", "-q", "origin", "main")
        #expect(push.status == 0)
        #expect(push.errors.contains("remote: \(told)"))
        #expect(push.errors.ranges(of: "differs from it").count == 1)
        try sandbox.write("workflows/Team/jOB.yaml", Sandbox.hello + "# more\n")
        #expect(try sandbox.git("commit", "-q", "-a", "-m", "Edit").errors == "")
        #expect(!(try sandbox.git("push", "-q", "origin", "main").errors.contains("differs from it")))
    }

    @Test func hooksPathOfTheRepositoryIsUsedAndThatOfTheUserLeftAlone() throws {
        let sandbox = try Sandbox()
        try sandbox.succeed(
            "git init -q -b main && mkdir team && git config core.hooksPath team && wfrepo hooks install")
        #expect(try sandbox.succeed("ls team").contains("pre-commit\n"))
        try sandbox.succeed("git config --unset core.hooksPath")
        sandbox.environment["GIT_CONFIG_GLOBAL"] = nil
        try sandbox.succeed("git config --global core.hooksPath \"$HOME/hooks\"")
        let answer = try sandbox.wfrepo("hooks", "install")
        #expect(answer.status == 2)
        let folder = sandbox.root.appending(path: ".git/hooks").path
        #expect(
            answer.errors.hasSuffix(
                "hint: give this repository a folder of its own: git config core.hooksPath '\(folder)'\n"))
        // It holds in linked work trees, too, where `.git` is a file.
        try sandbox.succeed("git config core.hooksPath '\(folder)' && wfrepo init && git worktree add -q ../linked")
        try sandbox.write("../linked/workflows/bad.yaml", "steps: 1\n")
        let refused = try sandbox.shell("git add workflows && git commit -q -m Bad", in: "../linked")
        #expect(refused.errors.contains("workflows/bad.yaml:1:8: "), "\(refused)")
    }

    @Test func triggersThatNothingFiresAreSaid() throws {
        let sandbox = try Sandbox.withWorkflows()
        try sandbox.write("workflows/night.yaml", "on: {schedule: [{cron: '0 2 * * *'}]}\nsteps:\n  - run: make\n")
        let checked = try sandbox.wfrepo("check")
        #expect(checked.status == 0)
        #expect(checked.output.contains("workflows/night.yaml:1:6: warning: nothing fires `schedule` yet"))
        #expect(try sandbox.wfrepo("commit").errors == "note: night has 'on: schedule', which nothing fires yet\n")
        #expect(
            try sandbox.wfrepo("status").output.hasSuffix("note: night has 'on: schedule', which nothing fires yet\n"))
    }
}
