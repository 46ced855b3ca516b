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

    @Test func nothingToSaveIsNoFailure() throws {
        let answer = try Sandbox.withWorkflows(["job": Sandbox.hello]).wfrepo("commit")
        #expect((answer.status, answer.output) == (0, "Nothing to save: nothing differs from the last commit\n"))
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
        for command in ["diff", "diff job", "diff HEAD", "diff --cached"] {
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
        // Each names the way past it that it has itself.
        #expect(answer.errors.hasSuffix("if it is none: --allow-secret\n"))
        let plain = try sandbox.shell("git commit -q -a -m Key")
        #expect(plain.status == 1)
        #expect(plain.errors.hasSuffix("if it is none: git commit --no-verify\n"))
        #expect(!plain.errors.contains("--allow-secret"))
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
        // As with git, another work tree of the repository that is found.
        try sandbox.succeed(
            "mkdir -p ../apart/workflows && sed s/hello/apart/ workflows/job.yaml >../apart/workflows/job.yaml")
        #expect(try sandbox.wfrepo("--work-tree", "../apart", "status").output.contains("changed  job"))
        #expect(try sandbox.wfrepo("status").output.contains("Nothing to save"))
        sandbox.environment["GIT_DIR"] = sandbox.root.appending(path: ".git").path
        sandbox.environment["GIT_WORK_TREE"] = sandbox.root.path
        #expect(try sandbox.wfrepo("-C", "/", "log", "--oneline", "job").output.hasPrefix("job v1 "))
    }

    @Test func textsMayBeginWithADashOrFollowTheOptionAtOnce() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.write("workflows/job.yaml", Sandbox.hello + "# more\n")
        try sandbox.succeed(
            "wfrepo commit -m'- one' -m --two && wfrepo note job -m '-3' && wfrepo disable job --reason -x")
        #expect(try sandbox.succeed("git log -1 --format=%B HEAD~") == "- one\n\n--two\n\n")
        #expect(try sandbox.succeed("git log -1 --format=%b").contains("Reason: -x"))
    }

    @Test func eachMessageIsAParagraph() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        for command in ["new other", "mv other more", "rm more"] {
            try sandbox.succeed("wfrepo \(command) -m One -mTwo")
            #expect(try sandbox.succeed("git log -1 --format=%B").hasPrefix("One\n\nTwo\n"), "\(command)")
        }
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
