import Foundation
import Testing
import WorkflowSecrets

@Suite struct EnvironmentFileTests {
    private func read(_ text: String) throws -> [String] {
        try EnvironmentFile(Array(text.utf8), name: ".env").entries.map { "\($0.name)=\($0.value.text)" }
    }

    @Test func readsTheCommonForms() throws {
        let text = """
            \u{FEFF}# comment
            PLAIN=value
            export EXPORTED = spaced   # comment
              INDENTED=a#b

            SINGLE='it is $HOME \\n'  # comment
            DOUBLE="tab\\t\\"quote\\" \\$x \\d"
            LINES="one
            two"
            URL=postgres://u:p@h/db?x=y
            CRLF=end\r

            """
        #expect(
            try read(text) == [
                "PLAIN=value", "EXPORTED=spaced", "INDENTED=a#b", "SINGLE=it is $HOME \\n",
                "DOUBLE=tab\t\"quote\" $x \\d", "LINES=one\ntwo", "URL=postgres://u:p@h/db?x=y", "CRLF=end",
            ])
    }

    @Test(arguments: [
        ("A=1\nnonsense\n", ".env:2"), ("A='open\nB=1\n", ".env:1"), ("A='x' y\n", ".env:1"), ("1A=x\n", ".env:1"),
        ("A=1\nB=\n", ".env:2"), ("=x\n", ".env:1"),
    ])
    func faultsNameTheLineAndNeverTheValue(text: String, place: String) {
        #expect {
            _ = try read(text)
        } throws: { error in
            guard let error = error as? SecretsError else { return false }
            return error.code == .invalid && error.object == place && !error.reason.contains("nonsense")
        }
    }

    @Test func whatIsWrittenIsReadBackByTheShellToo() throws {
        let scratch = try Scratch()
        let values = ["A": "plain", "B": "it's \"all\" $HOME\\", "C": "two\nlines", "D": "  blanks # "]
        let entries = try values.sorted { $0.key < $1.key }.map { name, value in
            let name = try SecretName(name)
            return (name: name, value: try SecretValue(Array(value.utf8), of: name))
        }
        let text = EnvironmentFile.text(entries)
        #expect(try read(text) == entries.map { "\($0.name)=\($0.value.text)" })
        try scratch.put(Data(text.utf8), ".env")
        try scratch.put(Data("  blanks # ".utf8), "expected")
        #expect(try scratch.shell(". ./.env; printf %s \"$D\" | cmp - expected && test \"$A\" = plain") == 0)
    }

    @Test func aFileThatSomebodyElseChangedIsNoticed() throws {
        let scratch = try Scratch()
        try scratch.put(Data("A=1\n".utf8), ".env")
        let file = GuardedFile(scratch.path(".env"), folder: scratch.path("sums"), takesFirst: true)
        #expect(try file.read() == Array("A=1\n".utf8))
        try scratch.put(Data("A=2\n".utf8), ".env")
        #expect(code { _ = try file.read() } == .damaged)
        try file.accept()
        #expect(try file.read() == Array("A=2\n".utf8))
        try file.write(Array("A=3\n".utf8), now: 1_793_527_200)
        try scratch.put(Data("A=4\n".utf8), ".env")
        let (backup, _) = try file.restore(now: 1_793_530_800)
        #expect(backup.time == "20261101T100000Z")
        #expect(try file.read() == Array("A=3\n".utf8))
    }
}
