import DocumentTree
import Foundation
import Testing
import WorkflowLanguage

/// The scripts as real shells read them.
@Suite struct ShellRunTests {
    /// What the shell prints for the script; large values lie in files, as the engine lays them.
    private func output(of text: String, shell: String, inputs: Value) throws -> String {
        let script = try #require(ShellScript.parse(text, shell: shell).script)
        let rendering = try script.render(in: ConstantContext(["inputs": inputs]))
        let folder = FileManager.default.temporaryDirectory.appending(path: "wfrepo-shell-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var environment = rendering.environment
        environment["PATH"] = "/usr/bin:/bin"
        for (name, content) in rendering.files {
            let file = folder.appending(path: name)
            try Data(content.utf8).write(to: file)
            environment[name] = file.path(percentEncoded: false)
        }
        let file = folder.appending(path: "script")
        try Data(rendering.text.utf8).write(to: file)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [shell, "-e", file.path(percentEncoded: false)]
        process.environment = environment
        process.currentDirectoryURL = folder
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: data, as: UTF8.self)
    }

    /// No place where bash calculates takes more than a number.
    @Test(arguments: [
        "echo ${a[${{ inputs.v }}]}", "echo ${x:${{ inputs.v }}:1}", "echo $[ ${{ inputs.v }} ]",
        "a[${{ inputs.v }}]=5",
        "(( y = ${{ inputs.v }} ))", "for (( i=0; i<${{ inputs.v }}; i++ )); do :; done",
        "cat <<EOF\n$(( ${{ inputs.v }} ))\nEOF", "a=([${{ inputs.v }}]=1)",
    ])
    func whatBashCalculatesWithIsANumber(script: String) throws {
        let parsed = try #require(ShellScript.parse("x=abc a=(1 2 3)\n" + script, shell: "bash").script)
        let error = #expect(throws: ExpressionError.self) {
            try parsed.render(in: ConstantContext(["inputs": ["v": "x[$(touch pwned)]"]]))
        }
        #expect(error?.message.contains("only a whole number can stand") == true)
        _ = try output(of: "x=abc a=(1 2 3)\n" + script, shell: "bash", inputs: ["v": "2"])
    }

    static let hostile = #"$(touch pwned) `touch pwned` "; touch pwned; ' \ * ~ ${HOME} && x"#

    @Test(arguments: ["sh", "bash", "dash"])
    func hostileValuesArriveAsTheyAre(shell: String) throws {
        let text = """
            printf '%s\\n' ${{ inputs.v }} "<${{ inputs.v }}>" "$(printf '%s' ${{ inputs.v }})" "${NONE:-${{ inputs.v }}}"
            printf '%s\\n' ${NONE:-${{ inputs.v }}} "`printf '%s' ${{ inputs.v }}`"
            x=${{ inputs.v }}
            case ${{ inputs.v }} in "$x") echo same ;; esac
            cat <<EOF
            '${{ inputs.v }}'
            EOF
            echo $(( ${{ inputs.n }} * 2 ))
            ls
            """
        let v = Self.hostile
        let expected = "\(v)\n<\(v)>\n\(v)\n\(v)\n\(v)\n\(v)\nsame\n'\(v)'\n42\nscript\n"
        #expect(try output(of: text, shell: shell, inputs: ["v": .string(v), "n": 21]) == expected)
    }

    @Test(arguments: ["sh", "bash"])
    func largeValuesComeFromFilesWithTheirLineBreaks(shell: String) throws {
        let large = String(repeating: "0123456789abcde\n", count: 20_000) + "\n\n"
        let text = "printf '%s' ${{ inputs.v }} | wc -c\nprintf '%s' \"${{ inputs.v }}|\" | tail -c 3\n"
        #expect(try output(of: text, shell: shell, inputs: ["v": .string(large)]) == "\(large.utf8.count)\n\n\n|")
    }

    @Test func manyValuesShareWhatTheSystemAllows() throws {
        let names = (0..<40).map { "v\($0)" }
        let inputs = ValueMapping(names.map { ($0, Value.string(String(repeating: "x", count: 100_000))) })
        let text = "printf '%s' " + names.map { "\"${{ inputs.\($0) }}\"" }.joined(separator: " ") + " | wc -c"
        #expect(try output(of: text, shell: "sh", inputs: .mapping(inputs)) == "4000000\n")
    }
}
