import DocumentTree
import StructuralDiff
import Testing

@Suite struct MergeTests {
    private static let base = """
        # The nightly run
        name: Nightly # a title
        env: {HOOK: a, DAY: b}
        steps:
          # gets the data
          - id: fetch
            retry: {max-attempts: 3, delay: 2s}
            run: |
              curl example.test
              echo one
              echo two

          - id: load
            needs: [fetch]
            run: ./load.sh   # loads

        """

    private func merge(_ base: String, _ ours: String, _ theirs: String) throws -> (text: String, conflicts: [String]) {
        func parse(_ text: String) throws -> DocumentStream { try .parse(Array(text.utf8), name: "m.yaml") }
        let merge = try ThreeWayMerge(base: parse(base), ours: parse(ours), theirs: parse(theirs))
        return (
            String(decoding: merge.bytes, as: UTF8.self), merge.conflicts.map { "\($0.path): \($0.reason.rawValue)" }
        )
    }

    /// Merges edits of the base, each a replacement of a text by another.
    private func merge(ours: [(String, String)], theirs: [(String, String)], expected: [(String, String)]) throws {
        func edit(_ edits: [(String, String)]) -> String {
            edits.reduce(Self.base) { text, edit in
                #expect(text.contains(edit.0))
                return text.replacing(edit.0, with: edit.1)
            }
        }
        let result = try merge(Self.base, edit(ours), edit(theirs))
        #expect(result.conflicts == [])
        #expect(result.text == edit(expected))
        let mirrored = try merge(Self.base, edit(theirs), edit(ours))
        #expect(mirrored.conflicts == [])
    }

    @Test func `Edits of different fields of one line merge`() throws {
        let (ours, theirs) = ([("attempts: 3", "attempts: 5")], [("delay: 2s", "delay: 9s")])
        try merge(ours: ours, theirs: theirs, expected: ours + theirs)
    }

    @Test func `Edits of neighbouring lines merge`() throws {
        let (ours, theirs) = ([("needs: [fetch]", "needs: []")], [("run: ./load.sh", "run: ./load2.sh")])
        try merge(ours: ours, theirs: theirs, expected: ours + theirs)
    }

    @Test func `Edits of different lines of a script merge`() throws {
        let (ours, theirs) = ([("curl example.test", "curl -f example.test")], [("echo two", "echo 2")])
        try merge(ours: ours, theirs: theirs, expected: ours + theirs)
    }

    @Test func `Comments of one side and edits of the other merge`() throws {
        let ours = [("# gets the data", "# gets all of the data"), ("# a title", "# the title")]
        let theirs = [("id: fetch", "id: fetch\n    timeout: 5s"), ("Nightly #", "Daily #")]
        try merge(ours: ours, theirs: theirs, expected: ours + theirs)
    }

    @Test func `A comment that both sides add is there once`() throws {
        let result = try merge("x: 1\n", "# one\n# two\nx: 1\n", "# one\n# three\n# two\n# four\nx: 1\n")
        #expect(result == ("# one\n# three\n# two\n# four\nx: 1\n", []))
        let both = try merge("a: 1\nx: 1\n", "a: 1\n# ours\nx: 1\n", "a: 1\n# theirs\nx: 1\n")
        #expect(both == ("a: 1\n# ours\n# theirs\nx: 1\n", []))
    }

    @Test func `Comments behind a key or a value are kept from both sides`() throws {
        // Behind the key of what only the other side changed inside.
        let (base, edited) = ("build:\n  a: 1\n  b: 2\n", "build:\n  a: 3\n  b: 2\n")
        let commented = "build:  # why\n  a: 1\n  b: 2\n"
        let merged = ("build:  # why\n  a: 3\n  b: 2\n", [String]())
        #expect(try merge(base, edited, commented) == merged)
        #expect(try merge(base, commented, edited) == merged)
        // Behind the same value, and the same key.
        #expect(
            try merge("a: 1\nb: 2\n", "a: 1  # ours\nb: 2\n", "a: 1  # theirs\nb: 3\n")
                == ("a: 1  # ours  # theirs\nb: 3\n", []))
        #expect(
            try merge("a: # old\n  - 1\nb: 2\n", "a: # new\n  - 1\nb: 2\n", "a: # other\n  - 1\n  - 2\nb: 2\n")
                == ("a:  # new  # other\n  - 1\n  - 2\nb: 2\n", []))
        // Where one took a comment away that the other wrote anew.
        #expect(
            try merge("a: 1 # old\nb: 2\n", "a: 1\nb: 2\n", "a: 1 # new\nb: 3\n") == ("a: 1  # new\nb: 3\n", []))
        // Behind the sign of a text of lines, and at the end of a text without a line break.
        #expect(
            try merge("r: |\n  one\n  two\nz: 1\n", "r: | # c\n  one\n  two\nz: 1\n", "r: |\n  one\n  TWO\nz: 1\n")
                == ("r: | # c\n  one\n  TWO\nz: 1\n", []))
        #expect(try merge("a: 1\nb: 2", "a: 1\nb: 2 # o", "a: 1\nb: 3") == ("a: 1\nb: 3 # o", []))
        // On what both added alike.
        #expect(
            try merge("x: 1\n", "x: 1\n# mine\ny: 2\n", "x: 1\ny: 2  # other\n")
                == ("x: 1\n# mine\ny: 2  # other\n", []))
    }

    @Test func `A rename on one side and an edit on the other combine`() throws {
        let ours = [("id: fetch", "id: get"), ("needs: [fetch]", "needs: [get]")]
        let theirs = [("delay: 2s", "delay: 9s"), ("needs: [fetch]", "needs: [fetch, other]")]
        try merge(
            ours: ours, theirs: theirs,
            expected: [("id: fetch", "id: get"), ("delay: 2s", "delay: 9s"), ("needs: [fetch]", "needs: [get, other]")])
    }

    @Test func `Both sides add steps at the same place: ours first`() throws {
        let tail = "run: ./load.sh   # loads\n"
        try merge(
            ours: [(tail, tail + "\n  # ours\n  - id: x\n")], theirs: [(tail, tail + "  - id: y\n    run: z\n")],
            expected: [(tail, tail + "\n  # ours\n  - id: x\n  - id: y\n    run: z\n")])
    }

    @Test func `What both add alike is there once`() throws {
        let edit = [("name: Nightly", "on: push\nname: Nightly"), ("[fetch]", "[fetch, x]")]
        try merge(ours: edit, theirs: edit + [("HOOK: a", "HOOK: c")], expected: edit + [("HOOK: a", "HOOK: c")])
    }

    @Test func `A step removed on one side and another edited on the other`() throws {
        let start = "  - id: load\n"
        let text = Self.base
        let ours = String(text[..<(try #require(text.firstRange(of: start)).lowerBound)])
        let theirs = text.replacing("attempts: 3", with: "attempts: 4")
        let result = try merge(text, ours, theirs)
        #expect(result.conflicts == [])
        #expect(result.text.trimmed == ours.replacing("attempts: 3", with: "attempts: 4").trimmed)
    }

    @Test func `A step moved on one side and edited on the other`() throws {
        let base = "steps:\n- id: a\n  run: 1\n- id: b\n  run: 2\n- id: c\n  run: 3\n"
        let moved = "steps:\n- id: c\n  run: 3\n- id: a\n  run: 1\n- id: b\n  run: 2\n"
        let edited = "steps:\n- id: a\n  run: 1\n- id: b\n  run: 2\n- id: c\n  run: 4\n"
        let expected = moved.replacing("run: 3", with: "run: 4")
        #expect(try merge(base, moved, edited).text == expected)
        #expect(try merge(base, edited, moved).text == expected)
    }

    @Test func `Indentation follows our side`() throws {
        let base = "a:\n  - x: 1\n"
        let ours = "a:\n    - x: 1\n"
        let theirs = "a:\n  - x: 1\n  - y: |\n      text\n    z: 2\n"
        #expect(try merge(base, ours, theirs).text == "a:\n    - x: 1\n    - y: |\n        text\n      z: 2\n")
    }

    @Test func `What both sides change differently is marked around the field`() throws {
        let result = try merge("a: 1\nb: 2\nc: 3\n", "a: 1\nb: 5\nc: 4\n", "a: 0\nb: 6\nc: 3\n")
        #expect(result.text == "a: 0\n<<<<<<< ours\nb: 5\n=======\nb: 6\n>>>>>>> theirs\nc: 4\n")
        #expect(result.conflicts == ["b: both sides changed it"])
    }

    @Test func `Markers stand on lines of their own in a flow mapping and at a dash`() throws {
        let result = try merge("- {a: 1, b: 2}\n- x\n", "- {a: 3, b: 2}\n- x\n", "- {a: 4, b: 5}\n- x\n")
        #expect(
            result.text
                == "<<<<<<< ours\n- {a: 3, b: 5}\n=======\n- {a: 4, b: 5}\n>>>>>>> theirs\n- x\n")
        #expect(result.conflicts == ["[0].a: both sides changed it"])
    }

    @Test func `A step removed on one side and edited on the other is a conflict`() throws {
        let result = try merge("- id: a\n  run: 1\n- id: b\n", "- id: b\n", "- id: a\n  run: 2\n- id: b\n")
        #expect(result.text == "<<<<<<< ours\n=======\n- id: a\n  run: 2\n>>>>>>> theirs\n- id: b\n")
        #expect(result.conflicts == ["[a]: one side changed it, the other removed it"])
    }

    @Test func `Both sides empty a list`() throws {
        let result = try merge("a:\n- x\n- y\nb: 1\n", "a:\n- y\nb: 1\n", "a:\n- x\nb: 1\n")
        #expect(result.conflicts == [])
        #expect(try Document.parseOne(Array(result.text.utf8), name: "r").value() == ["a": [], "b": 1])
    }

    @Test func `Both add a key with different mappings: their keys combine`() throws {
        let result = try merge("a: 1\n", "a: 1\nenv:\n  X: 1\n", "a: 1\nenv:\n  Y: 2\n")
        #expect(result.text == "a: 1\nenv:\n  X: 1\n  Y: 2\n")
    }

    @Test func `A removed anchor that the other side uses is a conflict, not a broken file`() throws {
        let result = try merge("a: &x 1\nb: 2\n", "b: 2\n", "a: &x 1\nb: *x\n")
        #expect(!result.conflicts.isEmpty)
    }

    @Test func `A byte order mark is no indentation`() throws {
        let result = try merge("\u{FEFF}a: 1\nb: 1\n", "\u{FEFF}a: 2\nb: 1\n", "a: 1\nb: 2\n")
        #expect(result.text == "a: 2\nb: 2\n")
        #expect(result.conflicts == [])
    }

    @Test func `What isn't YAML is refused`() {
        #expect(throws: DocumentError.self) { try merge("a: 1\n", "a: [\n", "a: 1\n") }
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = self[...]
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

}
