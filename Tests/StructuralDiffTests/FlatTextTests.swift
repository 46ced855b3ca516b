import DocumentTree
import StructuralDiff
import Testing

@Suite struct FlatTextTests {
    private func lines(_ yaml: String) throws -> [String] {
        FlatText(try Document.parseOne(Array(yaml.utf8), name: "a.yaml").value()).lines
    }

    @Test func namesEveryValueByItsPath() throws {
        #expect(
            try lines("steps:\n- id: load\n  run: |\n    a\n    b\n  retry: {max: 3}\nname: x\nempty: []\n") == [
                "empty: []", "name: x", "steps[load].id: load", "steps[load].retry.max: 3", "steps[load].run | a",
                "steps[load].run | b", "steps[load].run | ",
            ])
    }

    @Test func escapesWhatCouldSteerATerminal() throws {
        #expect(try lines("name: \"\\e[31mred\"\n") == ["name: \\u{1B}[31mred"])
    }

    @Test func takesAConflictApart() throws {
        let text = "a: 1\n<<<<<<< HEAD\nb: 2\n||||||| base\nb: 0\n=======\nb: 3\n>>>>>>> side\nc: 4\n"
        let sides = try #require(ConflictedText(Array(text.utf8)))
        #expect(String(decoding: sides.ours, as: UTF8.self) == "a: 1\nb: 2\nc: 4\n")
        #expect(String(decoding: sides.theirs, as: UTF8.self) == "a: 1\nb: 3\nc: 4\n")
        #expect(
            ConflictedText.marking(ours: ["a: 1", "b: 2", "c: 4"], theirs: ["a: 1", "b: 3", "c: 4"])
                == ["a: 1", "<<<<<<< ours", "b: 2", "=======", "b: 3", ">>>>>>> theirs", "c: 4"])
        #expect(ConflictedText(Array("a: 1\n".utf8)) == nil)
        #expect(ConflictedText(Array("<<<<<<< x\na: 1\n".utf8)) == nil)
    }
}
