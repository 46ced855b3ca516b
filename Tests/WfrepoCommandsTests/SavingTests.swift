import Foundation
import Testing

/// What a save keeps, and what it refuses.
@Suite struct SavingTests {
    @Test func otherFilesStayAsTheyWere() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello, "other": Sandbox.hello])
        try sandbox.succeed(
            """
            echo 1 | tee both staged edited >/dev/null && git add . && git commit -q -m Files
            echo 2 >both && git add both && echo 3 >both
            echo 2 >staged && git add staged && echo 2 >edited && echo new >untracked
            sed -i s/hello/hi/ workflows/job.yaml workflows/other.yaml && git add workflows/other.yaml
            """)
        let answer = try sandbox.wfrepo("commit", "-m", "Greet shorter", "job")
        #expect(answer.status == 0)
        #expect(
            try sandbox.git("status", "--porcelain").output == """
                MM both
                 M edited
                M  staged
                M  workflows/other.yaml
                ?? untracked

                """)
        #expect(try sandbox.git("show", "--format=", "--name-status").output == "M\tworkflows/job.yaml\n")
        #expect(try sandbox.git("show", ":both").output == "2\n")
        #expect(try sandbox.read("both") == "3\n")
        #expect(try sandbox.wfrepo("commit", "-m", "And the other").status == 0)
        #expect(try sandbox.git("status", "--porcelain", "workflows").output == "")
    }

    /// Shells complete paths, so what takes a revision takes one, too.
    @Test(arguments: ["show", "blame", "graph", "run -q", "diff", "revert --dry-run --reason x"])
    func aPathStandsForTheName(command: String) throws {
        let sandbox = try Sandbox.withWorkflows(["billing/job": Sandbox.hello])
        try sandbox.save(["billing/job": Sandbox.hello + "    timeout: 5s\n"], "Bound it")
        let named = try sandbox.succeed("wfrepo \(command) billing/job@v2")
        #expect(try sandbox.succeed("wfrepo \(command) workflows/billing/job.yaml@v2") == named)
        #expect(try sandbox.succeed("wfrepo \(command) job.yaml@v2", in: "workflows/billing") == named)
        #expect(
            try sandbox.fail("wfrepo \(command) workflows/none.yaml@v2").errors.contains("no workflow of that name"))
    }

    @Test func nothingToSaveIsNoFailure() throws {
        let answer = try Sandbox.withWorkflows(["job": Sandbox.hello]).wfrepo("commit")
        #expect((answer.status, answer.output) == (0, "Nothing to save: nothing differs from the last commit\n"))
    }

    @Test func whatGitIgnoresIsNamed() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.write(".gitignore", "/workflows/local*\n/workflows/drafts/\n")
        for name in ["local", "drafts/deep/one", "localx"] {
            try sandbox.write("workflows/\(name).yaml", Sandbox.hello)
        }
        try sandbox.write("workflows/drafts/notes.txt", "no definition")
        try sandbox.succeed("git add -f workflows/localx.yaml")
        #expect(
            try sandbox.git("status", "--short", "--ignored", "-uall", "workflows").output == """
                A  workflows/localx.yaml
                !! workflows/drafts/deep/one.yaml
                !! workflows/drafts/notes.txt
                !! workflows/local.yaml

                """)
        let hidden = ["workflows/drafts/deep/one.yaml", "workflows/local.yaml"]
        #expect(try sandbox.object("status", "--json")["ignored"] as? [String] == hidden)
        #expect(
            try sandbox.succeed("wfrepo status").hasSuffix(
                "FILE names the rule):\n  workflows/drafts/deep/one.yaml\n  workflows/local.yaml\n"))
        let staged = try sandbox.wfrepo("commit", "-m", "Staged")
        #expect(staged.status == 0 && staged.errors.isEmpty)
        let nothing = try sandbox.succeed("wfrepo commit")
        #expect(
            nothing.hasPrefix("Nothing to save: nothing differs from the last commit\nnote: \(hidden[0]): git's ignore")
        )
        #expect(nothing.hasSuffix("save it all the same: wfrepo commit workflows/local.yaml\n"))
        let named = try sandbox.wfrepo("commit", "-m", "Local", "workflows/local.yaml")
        #expect(named.status == 0)
        #expect(named.errors.hasPrefix("warning: git's ignore rules hide workflows/local.yaml: it was named"))
        #expect(try sandbox.object("status", "--json")["ignored"] as? [String] == [hidden[0]])
    }

    /// As `git rm` does. What a deletion leaves in the index alone would be lost.
    @Test func aDeletedWorkflowIsRemoved() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello, "staged": Sandbox.hello, "kept": Sandbox.hello])
        try sandbox.succeed("rm workflows/job.yaml && git rm -q workflows/staged.yaml && wfrepo rm job staged")
        #expect(
            try sandbox.git("show", "--format=%s", "--name-status").output == """
                Remove job and staged

                D\tworkflows/job.yaml
                D\tworkflows/staged.yaml

                """)
        #expect(try sandbox.git("status", "--porcelain").output == "")
        try sandbox.succeed("echo '# edited' >>workflows/kept.yaml && git add workflows && rm workflows/kept.yaml")
        #expect(
            try sandbox.fail("wfrepo rm kept").errors.contains(
                "kept: it has edits that are in no commit and would be lost"))
        try sandbox.succeed("git restore --staged workflows")
        #expect(
            try sandbox.fail("wfrepo mv kept new").errors == """
                wfrepo: kept: its file was deleted, which is in no commit
                hint: save that: wfrepo commit kept, or drop it: git restore --staged --worktree workflows/kept.yaml

                """)
    }

    @Test func aBareRepositorySaysWhatToType() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed("git clone -q --bare . bare.git && wfrepo -C bare.git status")
        for command in ["diff", "diff job", "diff HEAD"] {
            let answer = try sandbox.fail("wfrepo \(command)", in: "bare.git")
            #expect(
                answer.errors.hasPrefix(
                    """
                    wfrepo: a bare repository has no work tree to compare with
                    hint: name two revisions: wfrepo diff NAME@v1 NAME@v2; or work in a clone: git clone /
                    """), "\(answer.errors)")
        }
        for command in ["commit", "commit -m Edit job"] {
            let answer = try sandbox.fail("wfrepo \(command)", in: "bare.git")
            #expect(
                answer.errors.contains(
                    "bare.git/: a bare repository has no work tree\nhint: work in a clone: git clone /"))
        }
        #expect(try sandbox.wfrepo("-C", "bare.git", "diff", "job@v1", "job@v1").status == 0)
    }

    @Test func namesThatDifferInCaseAreToldOf() throws {
        let sandbox = try Sandbox.withWorkflows(["team/Job": Sandbox.hello, "jobs": Sandbox.hello])
        func save(_ name: String) throws -> String {
            try sandbox.write("workflows/\(name).yaml", Sandbox.hello)
            let answer = try sandbox.wfrepo("commit", "-m", "Add")
            #expect(answer.status == 0)
            return answer.errors
        }
        let told = """
            warning: workflows/Team/jOB.yaml: workflows/team/Job.yaml differs from it only in case; file systems that do not tell \
            case apart (macOS, Windows) have room for one of them — rename one: wfrepo mv NAME OTHER

            """
        #expect(try save("Team/jOB") == told)
        #expect(try save("team/Jobs").isEmpty)
        let check = try sandbox.wfrepo("check")
        #expect(check.status == 0)
        #expect(
            check.output.contains(
                "workflows/team/Job.yaml:1:1: warning: workflows/Team/jOB.yaml differs from it only in case"))
        #expect(check.output.hasSuffix("4 checked: no errors, 1 warning\n"))
        try sandbox.succeed("wfrepo mv Team/jOB Other && wfrepo check --strict")
        let moved = try sandbox.wfrepo("mv", "Other", "OTHER")
        #expect(moved.status == 0 && moved.errors.isEmpty)
    }

    @Test func aNameHasNoExtension() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        for command in ["new other.yaml", "mv job other.yml"] {
            let answer = try sandbox.fail("wfrepo \(command)")
            #expect(answer.errors.hasSuffix("a name has no extension\nhint: leave it out: other\n"))
        }
        try sandbox.succeed("wfrepo mv workflows/job.yaml workflows/other.yaml")
        #expect(try sandbox.git("ls-files", "workflows/*.yaml").output == "workflows/other.yaml\n")
    }

    @Test func filesThatCanBeNoWorkflowsAreNamed() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.write("workflows/a b.yaml", Sandbox.hello)
        let alone = try sandbox.wfrepo("commit")
        #expect(alone.status == 2)
        #expect(alone.errors.contains("workflows/a b.yaml: not a name for a workflow"))
        try sandbox.write("workflows/other.yaml", Sandbox.hello)
        let beside = try sandbox.wfrepo("commit")
        #expect(beside.status == 0)
        #expect(beside.errors.hasPrefix("warning: not saved: workflows/a b.yaml: not a name for a workflow"))
        #expect(try sandbox.git("status", "--porcelain").output == "?? \"workflows/a b.yaml\"\n")
    }

    @Test func aNameThatIsNoTextIsNamedToo() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed("printf 'steps: []' >\"$(printf 'workflows/bad\\377.yaml')\"")
        let path = "workflows/bad\u{FFFD}.yaml"
        let check = try sandbox.wfrepo("check")
        #expect(check.status == 1)
        #expect(check.output.hasPrefix("\(path):1:1: the file's name can't be a workflow's"))
        #expect(try sandbox.wfrepo("status").output.contains("problem: \(path): not a name for a workflow"))
        #expect(try sandbox.wfrepo("commit").errors.contains("\(path): not a name for a workflow"))
    }

    @Test func everySaveTellsProgramsTheSame() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        let nothing = try sandbox.object("commit", "--json")
        #expect(nothing["commit"] is NSNull)
        #expect((nothing["paths"] as? [String]) == [])
        for (command, paths) in [
            (["disable", "job", "--reason", "r"], ["workflows/job.yaml"]), (["enable", "job"], ["workflows/job.yaml"]),
            (["mv", "job", "task"], ["workflows/job.yaml", "workflows/task.yaml"]),
            (["rm", "task"], ["workflows/task.yaml"]),
        ] {
            let parent = try sandbox.git("rev-parse", "HEAD").output
            let answer = try sandbox.wfrepo(words: command + ["--json"])
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any])
            #expect(object.keys.sorted() == ["branch", "commit", "parent", "paths", "subject"])
            #expect(object["paths"] as? [String] == paths)
            #expect("\(object["parent"] ?? "")\n" == parent)
            #expect(try "\(object["commit"] ?? "")\n" == sandbox.git("rev-parse", "HEAD").output)
        }
    }

    @Test func subjectIsMadeFromWhatChanged() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed("printf '  - id: leave\\n    run: echo bye\\n' >>workflows/job.yaml && wfrepo commit")
        #expect(try sandbox.git("log", "-1", "--format=%s").output == "job: add leave\n")
    }

    @Test func credentialsInClearTextAreRefused() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        // The key of AWS's own documentation.
        try sandbox.write("workflows/job.yaml", "env: {KEY: AKIAIOSFODNN7EXAMPLE}\nsteps:\n  - run: make\n")
        let answer = try sandbox.wfrepo("commit", "-m", "Key")
        #expect(answer.status == 2)
        #expect(answer.errors.contains("workflows/job.yaml:1:12: what looks like an AWS access key"))
        #expect(!answer.errors.contains("IOSFODNN7"))
        #expect(try sandbox.shell("git commit -q -a -m Key").status == 1)
        #expect(try sandbox.wfrepo("commit", "-m", "Key", "--allow-secret").status == 0)
    }

    @Test func gitsOwnHooksRunAsGitRunsThem() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        let names = ["pre-commit", "prepare-commit-msg", "commit-msg", "post-commit"]
        for name in names {
            // Chained below wfrepo's own, where it has one.
            try sandbox.succeed(
                """
                hook=.git/hooks/\(name); [ ! -e $hook ] || hook=$hook.before-wfrepo
                printf '#!/bin/sh\\necho "%s $# $(git diff --cached --name-only)" >>"$(git rev-parse --git-dir)/calls"\\n' \
                \(name) >$hook && chmod +x $hook
                """)
        }
        func calls(_ command: String) throws -> String {
            try sandbox.succeed("echo '# edited' >>workflows/job.yaml && \(command)")
            return try sandbox.succeed("cat .git/calls && rm .git/calls")
        }
        let byGit = try calls("git commit -q -a -m Edit")
        let byWfrepo = try calls("wfrepo commit -m Edit")
        #expect(
            byGit == """
                pre-commit 0 workflows/job.yaml
                prepare-commit-msg 2 workflows/job.yaml
                commit-msg 1 workflows/job.yaml
                post-commit 0 \n
                """)
        #expect(byWfrepo == byGit)
        #expect(try calls("wfrepo commit --no-verify -m Edit") == calls("git commit -q -n -a -m Edit"))
    }

    @Test func refusalOfAHookStands() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.write(".git/hooks/commit-msg", "#!/bin/sh\necho 'no ticket' >&2\nexit 1\n")
        try sandbox.succeed("chmod +x .git/hooks/commit-msg && sed -i s/hello/hi/ workflows/job.yaml")
        let answer = try sandbox.wfrepo("commit", "-m", "Edit")
        #expect(answer.status == 2)
        #expect(answer.errors.hasPrefix("no ticket\nwfrepo: commit-msg: the hook refused, so nothing was saved\n"))
        #expect(try sandbox.git("status", "--porcelain").output == " M workflows/job.yaml\n")
        #expect(try sandbox.wfrepo("commit", "-m", "Edit", "--no-verify").status == 0)
    }

    @Test func linkedWorkTreesAndNamedRepositoriesWork() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed(
            "git worktree add -q ../linked -b side && sed -i s/hello/side/ ../linked/workflows/job.yaml")
        #expect(try sandbox.wfrepo("-C", "../linked", "commit", "-m", "Side").output.hasPrefix("[side "))
        #expect(try sandbox.git("-C", "../linked", "status", "--porcelain").output == "")
        #expect(try sandbox.wfrepo("-C", "../linked", "run", "job").status == 0)
        #expect(try sandbox.wfrepo("runs", "list").output.contains("job v2"))
        sandbox.environment["GIT_DIR"] = sandbox.root.appending(path: ".git").path
        sandbox.environment["GIT_WORK_TREE"] = sandbox.root.path
        #expect(try sandbox.wfrepo("-C", "/", "log", "--oneline", "job").output.hasPrefix("job v1 "))
    }

    @Test func namesMoveWithTheirHistory() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed("wfrepo mv job team/job && wfrepo disable team/job --reason Holiday")
        #expect(
            try sandbox.objects("log", "team/job", "--json").map { $0["kind"] as? String }
                == ["changed", "renamed", "created"])
        let run = try sandbox.wfrepo("run", "team/job")
        #expect(run.status == 2)
        #expect(
            run.errors.contains("team/job is switched off (enabled: false)\nhint: switch it on: wfrepo enable team/job")
        )
        #expect(try sandbox.git("log", "-1", "--format=%(trailers:key=Reason,valueonly)").output == "Holiday\n\n")
        try sandbox.succeed("wfrepo enable team/job && wfrepo run team/job && wfrepo rm team/job")
        #expect(try sandbox.wfrepo("show", "job").errors.contains("team/job"))
        #expect(try sandbox.git("status", "--porcelain").output == "")
    }

    @Test func textsMayBeginWithADashOrFollowTheOptionAtOnce() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.write("workflows/job.yaml", Sandbox.hello + "# more\n")
        try sandbox.succeed(
            "wfrepo commit -m'- one' -m --two && wfrepo note job -m '-3' && wfrepo disable job --reason -x")
        #expect(try sandbox.succeed("git log -1 --format=%B HEAD~") == "- one\n\n--two\n\n")
        #expect(try sandbox.succeed("git log -1 --format=%b").contains("Reason: -x"))
    }

    @Test func shallowClonesDoNotKnowTheNumbers() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.save(["job": "steps:\n  - id: greet\n    run: echo two\n"], "Two")
        try sandbox.succeed("git clone -q --depth 1 \"file://$PWD\" ../shallow")
        let answer = try sandbox.wfrepo("-C", "../shallow", "show", "job@v1")
        #expect(answer.status == 2)
        #expect(
            answer.errors.contains(
                "the numbers of versions are unknown in a shallow clone\nhint: fetch the whole history: git fetch --unshallow"
            ))
        #expect(try sandbox.objects("-C", "../shallow", "log", "--json").first?["version"] is NSNull)
    }
}
