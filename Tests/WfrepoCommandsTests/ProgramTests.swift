import Foundation
import Testing

@Suite struct ProgramTests {
    /// Such a library moves the environment, below which Swift looks for the arguments.
    @Test func argumentsAreFoundWhateverAPreloadedLibraryDoesToTheEnvironment() throws {
        let sandbox = try Sandbox()
        try sandbox.write(
            "early.c",
            """
            #include <stdlib.h>
            __attribute__((constructor)) static void early(void) { setenv("EARLY", "=\u{301}", 1); }

            """)
        try sandbox.succeed(
            "cc -shared -fPIC -o early.so early.c && LD_PRELOAD=$PWD/early.so wfrepo --version | grep '^wfrepo [0-9]'")
    }

    @Test func suggestsTheNearestCommand() throws {
        let answer = try Sandbox().wfrepo("templates")
        #expect(answer.status == 64)
        #expect(
            answer.errors == """
                wfrepo: 'templates' is not a wfrepo command
                hint: did you mean 'wfrepo template'? 'wfrepo --help' lists all

                """)
    }

    @Test func wrongArgumentsAndHelpNameTheWholeCommand() throws {
        let sandbox = try Sandbox()
        let wrong = try sandbox.wfrepo("runs", "list", "--limits", "3")
        #expect(wrong.status == 64)
        #expect(wrong.errors.contains("Usage: wfrepo runs list"))
        for arguments in [["runs", "list", "--help"], ["help", "runs", "list"]] {
            #expect(try sandbox.wfrepo(words: arguments).output.contains("USAGE: wfrepo runs list"))
        }
        #expect(try sandbox.wfrepo("stats", "--help").output.contains("USAGE: wfrepo stats <subcommand>"))
        #expect(try sandbox.wfrepo("stats", "--days", "0").errors.contains("Usage: wfrepo stats runs"))
        #expect(try sandbox.wfrepo("--generate-completion-script", "bash").output.contains("_wfrepo"))
    }

    /// What starts jobs may close their streams; a file that got such a number would take what is printed.
    @Test func worksWithoutStandardStreams() throws {
        let sandbox = try Sandbox()
        try sandbox.wfrepo("init", ".")
        try sandbox.write("workflows/talk.yaml", "steps:\n  - {id: a, run: 'echo hello; echo there >&2'}\n")
        let program = Sandbox.builtPrograms.appending(path: "wfrepo").path
        for command in ["commit -m Talk", "run talk --verbose", "runs list", "log talk"] {
            let answer = try sandbox.shell("exec '\(program)' \(command) <&- >&- 2>&-")
            #expect(answer.status == 0, "\(command)")
        }
        #expect(try sandbox.wfrepo("runs", "list").output.contains("succeeded"))
        #expect(try sandbox.wfrepo("verify").status == 0)
        #expect(try sandbox.git("status", "--porcelain").output.isEmpty)
    }

    @Test func refusesAnUnknownColor() throws {
        let answer = try Sandbox().wfrepo("--color=blue", "template", "list")
        #expect(answer.status == 64)
        #expect(answer.errors == "wfrepo: --color=blue: not a choice\nhint: use --color=auto, always or never\n")
    }

    @Test func colorsOnlyWhereAsked() throws {
        let sandbox = try Sandbox()
        #expect(!(try sandbox.wfrepo("template", "list").output.contains("\u{1B}")))
        #expect(try sandbox.wfrepo("--color=always", "template", "list").output.contains("\u{1B}[1mhello"))
    }

    @Test func evaluatesAnExpression() throws {
        let sandbox = try Sandbox()
        try sandbox.write("context.json", #"{"inputs": {"day": "2026-11-01", "full": true}}"#)
        let answer = try sandbox.wfrepo(
            "eval", "--context", "context.json", "inputs.full && startsWith(inputs.day, '2026')")
        #expect((answer.status, answer.output) == (0, "true\n"))
        #expect(try sandbox.wfrepo("eval", "--", "-Infinity").output == "-Infinity\n")
    }

    @Test func triesAnExpressionAsInARun() throws {
        let sandbox = try Sandbox()
        try sandbox.write("context.json", #"{"steps": {"load": {"outputs": {"rows": "7"}}}}"#)
        #expect(try sandbox.wfrepo("eval", "--context", "context.json", "steps.load.result.rows").output == "\"7\"\n")
        try sandbox.write("data/a.txt", "one\n")
        try sandbox.write("data/b.txt", "two\n")
        // sha256 of the two digests of sha256sum, as bytes.
        let hash = "b3e00007a221fb65fa01a1d9b968f4b3f290fe1f8a53061187adb40118314e5f"
        #expect(try sandbox.wfrepo("eval", "hashFiles('**/*.txt')").output == "\"\(hash)\"\n")
        #expect(try sandbox.wfrepo("eval", "hashFiles('*.txt')", in: "data").output == "\"\(hash)\"\n")
        #expect(try sandbox.wfrepo("eval", "hashFiles('*.md')").output == "\"\"\n")
    }

    @Test func namesThePlaceOfAFaultInAnExpression() throws {
        let answer = try Sandbox().wfrepo("eval", "format('{1}', 1)")
        #expect(answer.status == 1)
        #expect(
            answer.errors.hasPrefix("wfrepo: 1:1: the format string refers to more arguments than there are: {1}\n"))
    }
}
