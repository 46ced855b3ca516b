import Foundation
import Testing

/// The files of `hooks/` as git runs them, with a stand-in for wfrepo that writes down how it was called.
@Suite struct HookShimTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../hooks").standardizedFileURL
    static let names = [
        "pre-commit", "pre-merge-commit", "pre-applypatch", "post-commit", "post-applypatch", "post-rewrite",
        "pre-receive",
        "post-receive",
    ]

    /// A repository with the hooks in place.
    private func repository(program: String? = "exit 0", earlier: [String: String] = [:]) throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.git("init", "-q")
        try sandbox.shell("cp '\(Self.folder.path)'/* .git/hooks/")
        for (hook, script) in earlier {
            try sandbox.write(".git/hooks/\(hook).before-wfrepo", "#!/bin/sh\necho \"earlier $*\" >>calls\n\(script)\n")
        }
        if let program {
            try sandbox.write("wfrepo", "#!/bin/sh\necho \"wfrepo $*\" >>calls\n\(program)\n")
            try sandbox.git("config", "wfrepo.program", sandbox.root.appending(path: "wfrepo").path)
        }
        try sandbox.shell("chmod +x wfrepo .git/hooks/* 2>/dev/null")
        return sandbox
    }

    /// What was called, a line a call.
    private func calls(in sandbox: Sandbox) throws -> String { try sandbox.read("calls") }

    @Test(arguments: names)
    func carriesItsMark(name: String) throws {
        let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
        #expect(text.split(separator: "\n").prefix(2) == ["#!/bin/sh", "# wfrepo-hook: 1"])
    }

    @Test func commitIsCheckedAndThenAnnounced() throws {
        let sandbox = try repository()
        #expect(try sandbox.git("commit", "-q", "--allow-empty", "-m", "One").status == 0)
        #expect(try calls(in: sandbox) == "wfrepo hook pre-commit\nwfrepo hook post-commit\n")
    }

    @Test func refusalStopsTheCommit() throws {
        let sandbox = try repository(program: "echo 'deploy.yaml:3:1: unknown key' >&2; exit 1")
        let answer = try sandbox.git("commit", "-q", "--allow-empty", "-m", "One")
        #expect((answer.status, answer.errors) == (1, "deploy.yaml:3:1: unknown key\n"))
        #expect(try sandbox.git("rev-parse", "-q", "--verify", "HEAD").status != 0)
    }

    @Test func earlierHookRunsFirst() throws {
        let sandbox = try repository(earlier: ["pre-commit": "exit 0"])
        try sandbox.git("commit", "-q", "--allow-empty", "-m", "One")
        #expect(try calls(in: sandbox) == "earlier \nwfrepo hook pre-commit\nwfrepo hook post-commit\n")
    }

    @Test func refusalOfAnEarlierHookStands() throws {
        let sandbox = try repository(earlier: ["pre-commit": "exit 3"])
        #expect(try sandbox.git("commit", "-q", "--allow-empty", "-m", "One").status == 1)
        #expect(try calls(in: sandbox) == "earlier \n")
    }

    @Test func mergeIsChecked() throws {
        let sandbox = try repository(program: "[ \"$2\" != pre-merge-commit ]")
        try sandbox.shell(
            """
            git commit -q --allow-empty -m Main
            git checkout -q -b side && git commit -q --allow-empty -m Side
            git checkout -q -b other HEAD~1 && git commit -q --allow-empty -m Other
            """)
        #expect(try sandbox.git("merge", "-q", "-m", "Merge", "side").status == 1)
        #expect(try calls(in: sandbox).hasSuffix("wfrepo hook pre-merge-commit\n"))
    }

    @Test func nothingFailsOnceTheCommitIsMade() throws {
        let sandbox = try repository(
            program: "[ \"$2\" = pre-commit ]", earlier: ["post-commit": "exit 1", "post-rewrite": "exit 1"])
        #expect(try sandbox.git("commit", "-q", "--allow-empty", "-m", "One").status == 0)
        #expect(try sandbox.git("commit", "-q", "--amend", "--allow-empty", "-m", "Two").status == 0)
        #expect(try calls(in: sandbox).hasSuffix("earlier amend\nwfrepo hook post-rewrite amend\n"))
    }

    @Test func withoutTheProgramGitGoesOnAndSaysSoOnce() throws {
        let sandbox = try repository(program: nil)
        // Links to all but wfrepo, in case that one is installed.
        try sandbox.shell("mkdir bin && for c in git sh cat echo; do ln -s \"$(command -v $c)\" bin/; done")
        sandbox.environment["PATH"] = sandbox.root.appending(path: "bin").path
        let answer = try sandbox.git("commit", "-q", "--allow-empty", "-m", "One")
        #expect(answer.status == 0)
        #expect(
            answer.errors == """
                wfrepo: not found, so this commit is not checked and starts no runs
                hint: install wfrepo, or name it: git config wfrepo.program /path/to/wfrepo

                """)
    }

    @Test(arguments: ["pre-receive", "post-receive", "post-rewrite"])
    func bothReadTheSameInput(name: String) throws {
        let sandbox = try repository(program: "cat >theirs", earlier: [name: "cat >earlier"])
        let input = "a b refs/heads/main\nc d refs/heads/café %s \\n\n\n"
        let answer = try sandbox.run(["sh", ".git/hooks/\(name)"], input: input)
        #expect(answer.status == 0)
        #expect(try sandbox.read("earlier") == input)
        #expect(try sandbox.read("theirs") == input)
    }

    @Test func pushIsRefusedByEither() throws {
        let refusing = try repository(program: "cat >/dev/null; exit 1")
        #expect(try refusing.run(["sh", ".git/hooks/pre-receive"], input: "a b c\n").status == 1)
        let earlier = try repository(earlier: ["pre-receive": "exit 4"])
        #expect(try earlier.run(["sh", ".git/hooks/pre-receive"], input: "a b c\n").status == 4)
        #expect(try calls(in: earlier) == "earlier \n")
    }
}

extension Sandbox {
    /// Runs a program with a text on its standard input.
    fileprivate func run(_ words: [String], input: String) throws -> Answer {
        try write("input", input)
        return try shell(words.joined(separator: " ") + " <input")
    }
}
