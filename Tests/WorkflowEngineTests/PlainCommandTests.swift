import DocumentTree
import Foundation
import Testing

@testable import WorkflowEngine

/// A script of one plain command is started without a shell; nobody may notice.
@Suite struct PlainCommandTests {
    @Test(arguments: [
        ("true", ["true"]), ("make -j2 CC=gcc test\n", ["make", "-j2", "CC=gcc", "test"]),
        ("  ./deploy.sh  --to=eu-1,eu-2 a@b:c/d+1.0%  ", ["./deploy.sh", "--to=eu-1,eu-2", "a@b:c/d+1.0%"]),
    ])
    func oneCommandOfPlainWordsIsPlain(script: String, words: [String]) {
        #expect(PlainCommand(script)?.words == words)
    }

    @Test(arguments: [
        "", "\n", "a\nb", "a;b", "a | b", "a && b", "a > b", "a < b", "a &", "a $B", "a `b`", "a 'b'", "a \"b\"",
        "a \\b",
        "a *", "a ?", "a [b]", "a ~", "a {b,c}", "a # b", "a (b)", "! a", "a\tb", "A=1 b", "A=1", "é",
        "cd /", "exit 1", "echo a", "printf a", "test a = a", "kill 1", "exec a", ". a", ": a", "umask 0", "time a",
        "pwd",
    ])
    func whateverAShellDoesItselfIsNot(script: String) {
        #expect(PlainCommand(script) == nil)
    }

    private func output(of script: String, path: String) throws -> (output: String?, error: String?, exit: Int?) {
        let step = try #require(try run(workflow([step("s", script, env: ["PATH": path])]))["s"])
        return (step.outputs["stdout"]?.string, step.outputs["stderr"]?.string, step.attempts.first?.exit)
    }

    /// A folder of programs, and its path.
    private func programs(_ contents: [String: String], mode: mode_t = 0o755) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for (name, content) in contents {
            let path = "\(folder.path)/\(name)"
            try content.write(toFile: path, atomically: true, encoding: .utf8)
            chmod(path, mode)
        }
        return folder
    }

    @Test func theFirstProgramInThePathRuns() throws {
        let first = try programs(["tool": "#!/bin/sh\necho first \"$@\""])
        let second = try programs(["tool": "#!/bin/sh\necho second", "other": "#!/bin/sh\necho other $PWD"])
        #expect(try output(of: "tool a b", path: "/nowhere:\(first.path):\(second.path)").output == "first a b")
        let outputOfOther = try output(of: "other", path: "\(first.path)/tool:\(first.path):\(second.path)").output
        #expect(outputOfOther?.hasPrefix("other /") == true)
    }

    @Test func aFileThatMayNotBeExecutedIsPassedOver() throws {
        let first = try programs(["tool": "#!/bin/sh\necho first"], mode: 0o644)
        let second = try programs(["tool": "#!/bin/sh\necho second"])
        #expect(try output(of: "tool", path: "\(first.path):\(second.path)").output == "second")
    }

    /// POSIX.1-2024, XCU 2.9.1.6: a file that the system cannot execute is a script of the shell's.
    @Test func aScriptWithoutAnInterpreterIsTheShells() throws {
        let first = try programs(["tool": "echo by the shell: $1"])
        let second = try programs(["tool": "#!/bin/sh\necho second"])
        let path = "\(first.path):\(second.path)"
        #expect(try output(of: "tool x", path: path).output == "by the shell: x")
    }

    @Test func theShellSaysThatThereIsNoSuchProgram() throws {
        let ran = try output(of: "no-such-tool a", path: "/usr/bin:/bin")
        #expect(ran.exit == 127)
        #expect(ran.error?.contains("no-such-tool: not found") == true)
        #expect(try output(of: "./no-such-file", path: "/usr/bin:/bin").exit == 127)
    }

    @Test func whatAShellHasBuiltInIsNotTakenFromThePath() throws {
        let folder = try programs(["echo": "#!/bin/sh\nprintf 'another echo'"])
        #expect(try output(of: "echo a", path: "\(folder.path):/usr/bin:/bin").output == "a")
    }

    @Test func theFolderIsInTheEnvironmentAsAfterAShell() throws {
        let bare = try output(of: "env", path: "/usr/bin:/bin").output ?? ""
        let byShell = try output(of: "env;", path: "/usr/bin:/bin").output ?? ""
        func names(_ text: String) -> Set<Substring> {
            Set(text.split(separator: "\n").map { $0.prefix { $0 != "=" } }).subtracting(["_", "SHLVL", "OLDPWD"])
        }
        #expect(names(bare) == names(byShell))
        let folder = bare.split(separator: "\n").first { $0.hasPrefix("PWD=") }
        #expect(folder?.hasPrefix("PWD=/tmp/wfrepo-engine-") == true)
    }

    @Test func howItEndsIsWhatTheProgramSays() throws {
        let folder = try programs([
            "three": "#!/bin/sh\nexit 3", "killed": "#!/bin/sh\nkill -9 $$", "talks": "#!/bin/sh\necho a; echo b >&2",
        ])
        #expect(try output(of: "three", path: "\(folder.path):/bin").exit == 3)
        let killed = try run(workflow([step("s", "\(folder.path)/killed")]))["s"]
        #expect(killed?.attempts.first?.signal == 9)
        let talks = try output(of: "talks", path: "\(folder.path):/bin")
        #expect(talks.output == "a" && talks.error == "b")
    }
}
