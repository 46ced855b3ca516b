import Foundation
import Testing

/// What `wfrepo init` commits, and what it leaves alone.
@Suite struct InitTranscriptTests {
    private static let schema = "workflows/.schema.json"

    @Test func leavesTheTeamsSchemaAsItIs() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        // As another version of wfrepo would have written it.
        try sandbox.write(Self.schema, "{}\n")
        try sandbox.succeed("git commit -qam 'The schema of another version' && git clone -q . ../clone")
        let answer = try sandbox.wfrepo("-C", "../clone", "init")
        #expect(answer.output.contains("is of another version and stays: 'wfrepo init --update-schema' replaces it\n"))
        #expect(try sandbox.git("status", "--porcelain", in: "../clone").output == "")
        #expect(try sandbox.git("log", "-1", "--format=%s", in: "../clone").output == "The schema of another version\n")
        try sandbox.succeed("wfrepo -C ../clone init --update-schema")
        #expect(
            try sandbox.git("show", "--format=%s", "--name-only", in: "../clone").output
                == "Set up wfrepo\n\n\(Self.schema)\n")
        #expect(
            try sandbox.git("show", "HEAD:\(Self.schema)", in: "../clone").output == sandbox.wfrepo("schema").output)
    }

    @Test func isDoneTwiceWithoutACommit() throws {
        let sandbox = try Sandbox.withWorkflows()
        let head = try sandbox.git("rev-parse", "HEAD").output
        #expect(try sandbox.wfrepo("init").output.contains("everything was in place"))
        #expect(try sandbox.git("rev-parse", "HEAD").output == head)
    }

    @Test func leavesOthersEditsToTheirUser() throws {
        let sandbox = try Sandbox()
        try sandbox.git("init", "-q", "-b", "main")
        try sandbox.write(".gitattributes", "*.png binary\n")
        try sandbox.succeed("git add -A && git commit -qm Start && echo '*.jpg binary' >>.gitattributes && wfrepo init")
        #expect(try sandbox.git("show", "--format=", "--name-only").output == "\(Self.schema)\n")
        #expect(try sandbox.git("diff", "--name-only").output == ".gitattributes\n")
        let written = try sandbox.read(".gitattributes")
        #expect(written.hasPrefix("*.png binary\n*.jpg binary\n/workflows/"))
        // Once the edit is saved, nothing is left to do.
        try sandbox.succeed("git commit -qam Images && wfrepo init")
        #expect(try sandbox.git("status", "--porcelain").output == "")
        #expect(try sandbox.git("log", "-1", "--format=%s").output == "Images\n")
    }

    /// A hooks folder of the user's own settings serves other repositories, too.
    @Test func hooksOfAllRepositoriesAreLeftAloneAndTheRestIsDone() throws {
        let sandbox = try Sandbox()
        sandbox.environment["GIT_CONFIG_GLOBAL"] = nil
        try sandbox.succeed("git config --global core.hooksPath \"$HOME/hooks\"")
        func hint(_ folder: String) -> String {
            let hooks = sandbox.root.appending(path: "\(folder)/.git/hooks").standardizedFileURL.path
            return
                "hint: give this repository a folder of its own: git config core.hooksPath '\(hooks)', then: wfrepo init\n"
        }
        let made = try sandbox.wfrepo("init")
        #expect(made.status == 0)
        #expect(made.errors.hasPrefix("warning: left out: install the git hooks pre-commit, "), "\(made.errors)")
        #expect(made.errors.hasSuffix(hint(".")), "\(made.errors)")
        #expect(!made.output.contains("install the git hooks"))
        #expect(try sandbox.git("log", "--format=%s").output == "Set up wfrepo\n")
        #expect(try sandbox.wfrepo("trust").output.contains("already"))
        let clone = try sandbox.wfrepo("clone", ".", "../clone")
        #expect((clone.status, clone.errors.hasSuffix(hint("../clone"))) == (0, true), "\(clone.errors)")
        try sandbox.succeed("! test -e \"$HOME/hooks\" && git config core.hooksPath \"$PWD/.git/hooks\"")
        #expect(try sandbox.wfrepo("init").output.contains("  install the git hooks pre-commit, "))
        try sandbox.succeed("test -x .git/hooks/pre-commit && wfrepo hooks status | grep 'pre-commit  *installed'")
    }

    @Test(arguments: ["init new", "clone . new"])
    func withoutAHomeNothingIsBegun(command: String) throws {
        let sandbox = try Sandbox.withWorkflows()
        sandbox.environment["HOME"] = nil
        sandbox.environment["XDG_STATE_HOME"] = nil
        #expect(
            try sandbox.fail("wfrepo \(command)").errors == """
                wfrepo: neither HOME nor XDG_STATE_HOME is set, so what this user knows is not found
                hint: name a folder for it: export XDG_STATE_HOME=DIR

                """)
        #expect(try sandbox.shell("test -e new").status == 1)
    }
}
