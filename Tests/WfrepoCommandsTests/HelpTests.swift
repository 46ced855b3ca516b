import ArgumentParser
import Foundation
import Testing

@testable import WfrepoCommands

/// How the program explains itself.
@Suite struct HelpTests {
    @Test(arguments: [
        (["runs", "lst"], "'lst' is not a wfrepo runs command\nhint: did you mean 'wfrepo runs list'?"),
        (["help", "rnu"], "'rnu' is not a wfrepo command\nhint: did you mean 'wfrepo run'?"),
        (["run", "--inptu", "a=b", "job"], "Unknown option '--inptu'. Did you mean '--input'?"),
        (["log", "--onelin"], "Unknown option '--onelin'. Did you mean '--oneline'?"),
        (["new", "job", "--template", "helo"], "there is no template 'helo'\nhint: did you mean 'hello'?"),
    ])
    func suggestsTheNearMiss(words: [String], message: String) throws {
        let sandbox = try Sandbox.withWorkflows()
        let answer = try sandbox.wfrepo(words: words)
        #expect(answer.status == (words.contains("new") ? 2 : 64))
        #expect(answer.errors.hasPrefix("wfrepo: " + message), "\(answer.errors)")
    }

    @Test(arguments: ["0", "1", "-1", "26", "-9223372036854775808", "9223372036854775807"])
    func aWidthThatNoTerminalHasIsLeftOut(columns: String) throws {
        let sandbox = try Sandbox()
        let help = try sandbox.wfrepo("run", "--help").output
        sandbox.environment["COLUMNS"] = columns
        let answer = try sandbox.wfrepo("run", "--help")
        #expect(answer.status == 0 && answer.output == help)
    }

    @Test(arguments: [
        ("log", "job\nteam/load\n"), ("rollback job", "job\nteam/load\n"), ("runs show", "RUN\n"),
        ("show", "job\nteam/load\n"), ("rollback job --to", "v1\n"), ("graph job --run", "RUN\n"),
        ("audit list --workflow", "job\nteam/load\n"), ("init", "inner\n"), ("commit -F", "inner\nplan.json\n"),
        ("search --in", "version\nrun\nevent\n"), ("sync", "origin\n"),
    ])
    func theShellOffersWhatThereIs(command: String, offered: String) throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello, "team/load": Sandbox.hello])
        try sandbox.succeed(
            "wfrepo run -q job && mkdir -p below/inner && touch below/plan.json && git remote add origin .")
        try sandbox.succeed("wfrepo --generate-completion-script bash >complete.bash")
        let run = try #require(try sandbox.objects("runs", "list", "--json").first?["run"] as? String)
        let words = "wfrepo \(command)"
        let answer = try sandbox.succeed(
            """
            bash -c 'source ../complete.bash; COMP_WORDS=(\(words) ""); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); \
            COMP_LINE="\(words) "; COMP_POINT=${#COMP_LINE}; _wfrepo wfrepo "" "${COMP_WORDS[-2]}"; \
            printf "%s\\n" "${COMPREPLY[@]}"'
            """, in: "below")
        // bash offers files in the order of the folder.
        #expect(Set(answer.split(separator: "\n")) == Set(offered.replacing("RUN", with: run).split(separator: "\n")))
    }

    @Test func theShellOffersVersionsBehindAName() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.save(["job": Sandbox.hello + "# two\n"], "Two")
        func offered(_ word: String) throws -> String {
            try sandbox.succeed("wfrepo ---completion run -- positional@0 2 \(word.count) wfrepo run '\(word)'")
        }
        #expect(try offered("jo") == "job\n")
        #expect(try offered("job") == "job\njob@worktree\njob@v2\njob@v1\n")
        #expect(try offered("job@") == "job@worktree\njob@v2\njob@v1\n")
    }

    /// Every command that is shown, by its words, with the names of its options.
    private func commands() throws -> [(words: String, options: [String])] {
        let dump = try Sandbox().wfrepo("--experimental-dump-help").output
        let root = try #require(try JSONSerialization.jsonObject(with: Data(dump.utf8)) as? [String: Any])
        var found: [(String, [String])] = []
        func visit(_ command: [String: Any], _ words: [String]) {
            guard command["shouldDisplay"] as? Bool != false, command["commandName"] as? String != "help" else {
                return
            }
            let arguments = command["arguments"] as? [[String: Any]] ?? []
            let names = arguments.filter { $0["shouldDisplay"] as? Bool != false }
                .flatMap { $0["names"] as? [[String: Any]] ?? [] }
                .filter { $0["kind"] as? String == "long" }.compactMap { $0["name"] as? String }
            if !words.isEmpty {
                found.append((words.joined(separator: " "), names.filter { $0 != "help" && $0 != "version" }))
            }
            for child in command["subcommands"] as? [[String: Any]] ?? [] {
                visit(child, words + [child["commandName"] as? String ?? ""])
            }
        }
        visit(try #require(root["command"] as? [String: Any]), [])
        return found
    }

    @Test func everyCommandAndOptionIsDocumented() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/commands.md")
        let page = try String(contentsOf: file, encoding: .utf8)
        let commands = try commands()
        #expect(commands.count > 20)
        for command in commands {
            let name = command.words.split(separator: " ")[0]
            let section = page.components(separatedBy: "\n### ").first { $0.hasPrefix("\(name)\n") }
            #expect(section != nil, "docs/commands.md has no section on \(name)")
            for option in command.options {
                #expect(
                    section?.contains("`--\(option)") == true || section?.contains("--\(option)") == true,
                    "docs/commands.md does not name --\(option) of \(command.words)")
            }
            #expect(
                try Sandbox().wfrepo(words: ["help"] + command.words.split(separator: " ").map(String.init)).status == 0
            )
        }
    }

    /// The words of the first level stand beside the commands, which have their own names for the help.
    @Test func eachWordNamesTheCommandOfThatName() {
        let commands = RootCommand.groups.flatMap(\.commands)
        #expect(commands.map(\.key) == commands.map { $0.value()._commandName })
        #expect(commands.count > 40)
        #expect(RootCommand.command(named: "comit") == nil)
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func completionsAreValidScripts(shell: String) throws {
        let sandbox = try Sandbox()
        let script = try sandbox.wfrepo("--generate-completion-script", shell).output
        #expect(script.contains("rollback"))
        try sandbox.write("completions", script)
        #expect(try sandbox.shell("command -v \(shell) >/dev/null || exit 0; \(shell) -n completions").status == 0)
    }

    @Test func exitStatusesStandInTheHelp() throws {
        let help = try Sandbox().wfrepo("--help").output.replacing("\n", with: " ")
        for status in [
            "0 done", "1 the answer is no", "2 it could not be done", "3 a run was cancelled", "4 compensated",
            "64 the command line is wrong",
        ] {
            #expect(help.contains(status))
        }
    }
}
