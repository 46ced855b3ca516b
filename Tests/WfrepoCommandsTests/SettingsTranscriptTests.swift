import Foundation
import Testing

/// `wfrepo.yaml`, as those who save, run and receive meet it.
@Suite struct SettingsTranscriptTests {
    private static let python = "steps:\n  - id: a\n    shell: python3\n    run: print(1)\n"

    @Test func checkReadsThoseOfTheWorkTree() throws {
        let sandbox = try Sandbox.withWorkflows(["a": Self.python])
        try sandbox.write("wfrepo.yaml", "programs: {allow: [sh]}\n")
        let answer = try sandbox.fail("wfrepo check")
        #expect(
            answer.output == """
                workflows/a.yaml:3:12: the program `python3` is not allowed here — `programs` in wfrepo.yaml allows sh
                2 checked: 1 error

                """)
        try sandbox.write("wfrepo.yaml", "porgrams: {}\n")
        #expect(
            try sandbox.fail("wfrepo check").output.hasPrefix(
                "wfrepo.yaml:1:1: a file of settings has no key `porgrams` — did you mean `programs`?\n"))
        #expect(try sandbox.fail("wfrepo check wfrepo.yaml").output.hasSuffix("1 checked: 1 error\n"))
    }

    @Test func savesAreRefusedByTheSettingsThatTheyWouldHave() throws {
        let sandbox = try Sandbox.withWorkflows(["a": Sandbox.hello])
        try sandbox.write("wfrepo.yaml", "programs: {allow: [sh]}\n")
        try sandbox.succeed("wfrepo commit -m Allow wfrepo.yaml")
        try sandbox.write("workflows/b.yaml", Self.python)
        #expect(
            try sandbox.fail("wfrepo commit -m B b").errors.contains("workflows/b.yaml:3:12: the program `python3`"))
        #expect(
            try sandbox.fail("git add -A && git commit -q -m B").errors.contains("workflows/b.yaml:3:12: the program"))
        // Together with the settings that allow it.
        try sandbox.write("wfrepo.yaml", "programs: {allow: [sh, python3]}\n")
        try sandbox.succeed("git add -A && git commit -q -m B")
        try sandbox.write("wfrepo.yaml", "programs: 1\n")
        let answer = try sandbox.fail("wfrepo commit -m Bad wfrepo.yaml")
        #expect(answer.errors.contains("wfrepo.yaml:1:11: `programs` must be a mapping, not `1`"))
        #expect(try sandbox.fail("git commit -q -a -m Bad").errors.contains("wfrepo.yaml:1:11:"))
    }

    @Test func aPushIsRefusedByTheSettingsThatItBrings() throws {
        let sandbox = try Sandbox.withWorkflows(["a": Sandbox.hello])
        try sandbox.succeed("wfrepo init --bare ../shared.git && git remote add origin ../shared.git")
        try sandbox.write("wfrepo.yaml", "programs: {allow: []}\n")
        try sandbox.succeed("git add -A && git commit -q --no-verify -m Lock")
        try sandbox.write("workflows/a.yaml", Sandbox.hello + "  - {id: b, run: echo b}\n")
        try sandbox.succeed("git commit -q -a --no-verify -m More")
        let answer = try sandbox.git("push", "-q", "origin", "main")
        #expect(answer.status != 0)
        #expect(answer.errors.contains("workflows/a.yaml:3:10: the program `sh` is not allowed here"))
    }

    @Test func runsAreRefusedByThoseOfTheTipWhateverVersionRuns() throws {
        let sandbox = try Sandbox.withWorkflows(["a": Self.python])
        try sandbox.succeed("wfrepo run a@v1 >/dev/null")
        try sandbox.write("wfrepo.yaml", "programs: {allow: [sh]}\n")
        try sandbox.succeed("git add -A && git commit -q --no-verify -m Lock")
        let answer = try sandbox.fail("wfrepo run a@v1")
        #expect(answer.status == 2)
        #expect(answer.errors.contains("workflows/a.yaml:3:12: the program `python3` is not allowed here"))
        #expect(try sandbox.objects("runs", "list", "--json").count == 1)
    }

    @Test func whatIsWidenedIsTrustedAnew() throws {
        let sandbox = try Sandbox.withWorkflows()
        try sandbox.write("wfrepo.yaml", "programs: {allow: [sh]}\n")
        try sandbox.succeed("wfrepo commit -m Narrow wfrepo.yaml && wfrepo trust")
        try sandbox.write("wfrepo.yaml", "programs: {allow: [sh, python3]}\n")
        try sandbox.succeed("wfrepo commit -m Widen wfrepo.yaml")
        try sandbox.write("workflows/a.yaml", "on: {commit: {}}\n" + Self.python)
        let refused = try sandbox.shell("\(Sandbox.program) commit -m A a")
        #expect(
            refused.errors.contains(
                "wfrepo: a not started: wfrepo.yaml allows more than when you trusted this repository (programs: python3); 'wfrepo trust' allows that, too"
            ), "\(refused.errors)")
        #expect(try sandbox.objects("runs", "list", "--json").isEmpty)
        #expect(try sandbox.succeed("wfrepo trust").hasSuffix(", now also with\n  programs: python3\n"))
        try sandbox.write("workflows/a.yaml", "on: {commit: {}}\n" + Self.python + "    name: again\n")
        #expect(try sandbox.shell("\(Sandbox.program) commit -m A a").errors.contains("wfrepo: started a, run "))
        // Narrower settings need nobody's word.
        try sandbox.write("wfrepo.yaml", "programs: {allow: [python3]}\n")
        try sandbox.succeed("wfrepo commit -m Narrow wfrepo.yaml")
        try sandbox.write("workflows/a.yaml", "on: {commit: {}}\n" + Self.python)
        #expect(try sandbox.shell("\(Sandbox.program) commit -m A a").errors.contains("wfrepo: started a, run "))
    }

    @Test func theirSchemaIsPublished() throws {
        let schema = try Sandbox().object("schema", "--settings")
        #expect(schema["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
        #expect((schema["properties"] as? [String: Any])?["durability"] != nil)
    }
}
