import Foundation
import Testing

/// Repositories as git opens them, and what stands where the workflows should.
@Suite struct RepositoryAccessTests {
    /// Another user's repository can only be made by root.
    @Test(
        .enabled(if: geteuid() == 0),
        arguments: [
            "git config --file ../settings safe.directory '*'", "git config --file ../settings safe.directory \"$PWD\"",
            "export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'",
        ])
    func aRepositoryOfAnotherUserIsOpenedWhereItIsSafe(setting: String) throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed("chown -R 65534:65534 .")
        sandbox.environment["GIT_CONFIG_GLOBAL"] = sandbox.root.deletingLastPathComponent().path + "/settings"
        let refused = try sandbox.fail("wfrepo status")
        #expect(refused.errors.contains("it is owned by another user"), "\(refused.errors)")
        #expect(refused.errors.contains("git config --global --add safe.directory"))
        try sandbox.succeed("\(setting)\ngit status --short && wfrepo log job")
        // An empty value takes back what was said before.
        let takenBack = try sandbox.fail(
            "git config --file ../settings --add safe.directory '' && unset GIT_CONFIG_COUNT && wfrepo status")
        #expect(takenBack.errors.contains("it is owned by another user"))
        try sandbox.succeed("chown -R 0:0 .")
    }

    @Test(.enabled(if: geteuid() == 0))
    func whoMayNotLookIntoOurFolderSeesWhatIsInGit() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed("wfrepo run -q job && wfrepo audit fold && chmod 755 . ..")
        let other = "HOME=/nonexistent GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'"
        for command in [
            "log job", "show job", "stats", "audit list", "search Start", "runs list", "check", "verify",
        ] {
            try sandbox.succeed(
                "\(other) XDG_STATE_HOME=/nonexistent setpriv --reuid=65534 --clear-groups \(Sandbox.program) \(command)"
            )
        }
        let user = "\(other) setpriv --reuid=65534 --clear-groups \(Sandbox.program)"
        // Nobody takes what is in git for all that was told.
        let list = try sandbox.shell("\(user) audit list")
        #expect(list.errors.contains("note: events that are not in git yet are for the owner"), "\(list)")
        let refused = try sandbox.fail("\(user) audit fold")
        #expect(refused.errors.contains("Permission denied\nhint: see who may write there: ls -ld '/"), "\(refused)")
    }

    @Test func theSettingsAreNoWorkflowAndAreSavedWithoutAWord() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.write("wfrepo.yaml", "retention: {runs: 30d}\n")
        for command in ["status", "commit -m Keep"] {
            let answer = try sandbox.shell("\(Sandbox.program) \(command)")
            #expect(answer.status == 0 && !(answer.output + answer.errors).contains("not a name"), "\(answer)")
        }
        #expect(try sandbox.succeed("git show HEAD:wfrepo.yaml") == "retention: {runs: 30d}\n")
    }

    @Test(arguments: ["status", "check", "log job", "run job", "commit -m x"])
    func aLinkInThePlaceOfTheFolderIsNamed(command: String) throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed("mv workflows ../elsewhere && ln -s ../elsewhere workflows")
        let answer = try sandbox.fail("wfrepo \(command)")
        #expect(answer.status == 2)
        #expect(answer.errors.contains("workflows is a symbolic link"), "\(answer.errors)")
    }

    @Test func aPushedLinkInThePlaceOfTheFolderIsRefused() throws {
        let sandbox = try Sandbox()
        try sandbox.succeed(
            """
            wfrepo init --bare server.git && git init -q -b main a && cd a && ln -s /etc workflows && git add .
            git commit -qm Link && git remote add origin ../server.git
            """)
        let answer = try sandbox.fail("git push origin main", in: "a")
        #expect(answer.errors.contains("it is not a folder but a symbolic link"), "\(answer.errors)")
    }

    @Test func theHookReferenceTransactionMayRefuseASave() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        let hook = """
            #!/bin/sh
            while read old new ref; do echo "$1 $(git cat-file -t $new) $ref" >> ../calls; done
            test "$1" != prepared || test ! -e ../refuse
            """
        try sandbox.write(".git/hooks/reference-transaction", hook)
        try sandbox.succeed("chmod +x .git/hooks/reference-transaction && touch ../refuse")
        try sandbox.write("workflows/job.yaml", Sandbox.hello + "# more\n")
        let tip = try sandbox.succeed("git rev-parse HEAD")
        let refused = try sandbox.fail("wfrepo commit -m More")
        #expect(refused.errors.contains("reference-transaction: the hook refused to move refs/heads/main"))
        #expect(try sandbox.succeed("git rev-parse HEAD") == tip)
        try sandbox.succeed("rm ../refuse && wfrepo commit -m More && test $(git rev-parse HEAD~) = \(tip)")
        #expect(
            try sandbox.succeed("grep main ../calls") == """
                prepared commit refs/heads/main
                aborted commit refs/heads/main
                prepared commit refs/heads/main
                committed commit refs/heads/main

                """)
    }
}
