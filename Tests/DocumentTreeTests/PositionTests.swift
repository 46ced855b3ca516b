import DocumentTree
import Testing

@Suite struct PositionTests {
    /// The text of the node at a path of keys and indexes.
    private func slice(_ text: String, _ path: Any...) throws -> String {
        let document = try Document.parseOne(Array(text.utf8), name: "t.yaml")
        var node = try #require(document.root)
        for part in path {
            if let key = part as? String { node = try #require(node[key]) }
            if let index = part as? Int { node = try #require(node.items?[index]) }
        }
        return String(decoding: Array(text.utf8)[node.range.bytes], as: UTF8.self)
    }

    @Test func `Scalars end where their text ends`() throws {
        let text = "a: plain text  # comment\nb: 'quoted'\nc: \"d\\n\"\nd:\ne: two\n  lines\n"
        #expect(try slice(text, "a") == "plain text")
        #expect(try slice(text, "b") == "'quoted'")
        #expect(try slice(text, "c") == "\"d\\n\"")
        #expect(try slice(text, "d") == "")
        #expect(try slice(text, "e") == "two\n  lines")
    }

    @Test func `Block scalars end behind their last line`() throws {
        let text = "a: |\n  one\n  two  \n\n\nb: >-\n  x\n# comment\nc: |+\n  last"
        #expect(try slice(text, "a") == "|\n  one\n  two  ")
        #expect(try slice(text, "b") == ">-\n  x")
        #expect(try slice(text, "c") == "|+\n  last")
    }

    @Test func `Collections end behind their last child`() throws {
        let text = "steps:\n  - id: a\n    run: x\n\n  # next\n  - id: b\nempty: {}\nflow: [1, {a: 2} ]\n"
        #expect(try slice(text, "steps") == "- id: a\n    run: x\n\n  # next\n  - id: b")
        #expect(try slice(text, "steps", 0) == "id: a\n    run: x")
        #expect(try slice(text, "flow") == "[1, {a: 2} ]")
        #expect(try slice(text, "flow", 1) == "{a: 2}")
    }

    @Test func `Anchors and tags belong to their node`() throws {
        let text = "a: &x !!str 1\nb: &y\n  k: v\nc: *x\n"
        #expect(try slice(text, "a") == "&x !!str 1")
        #expect(try slice(text, "b") == "&y\n  k: v")
        #expect(try slice(text, "c") == "*x")
    }

    @Test func `Offsets count bytes and columns count characters`() throws {
        let text = "\u{FEFF}ä: é → 😀\nnext: \"ü\"\n"
        #expect(try slice(text, "ä") == "é → 😀")
        #expect(try slice(text, "next") == "\"ü\"")
        let root = try #require(try Document.parseOne(Array(text.utf8), name: "t.yaml").root)
        #expect(root["ä"]?.range.start == SourcePosition(line: 1, column: 4, offset: 7))
        #expect(root["next"]?.range.start == SourcePosition(line: 2, column: 7, offset: 25))
    }

    @Test func `JSON has the same positions`() throws {
        let text = "{\r\n\t\"a\": [1, \"ü\\ud83d\\ude00\", {}],\r\n\t\"b\": null\r\n}"
        let root = try #require(try Document.parseOne(Array(text.utf8), name: "t.json").root)
        #expect(root["b"]?.range.start == SourcePosition(line: 3, column: 7, offset: 43))
        #expect(root["a"]?.items?[1].scalar?.text == "ü😀")
        #expect(root["a"]?.isFlow == true)
    }
}
