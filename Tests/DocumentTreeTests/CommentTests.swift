import DocumentTree
import Testing

@Suite struct CommentTests {
    private func comments(_ text: String) throws -> [String] {
        try DocumentStream.parse(Array(text.utf8), name: "t.yaml").documents.flatMap(\.comments).map {
            "\($0.range.start) \($0.text)"
        }
    }

    @Test func `Comments are found with their places`() throws {
        let text = """
            # top
            a: x#y # after plain
            b: "no # comment" # yes
            c: 'no # comment'
            d: | # header
              # text, no comment
              more
            # between
            e: [1, # in flow
              2]
            f: &anchor # behind an anchor
              g: 1
            """
        #expect(
            try comments(text) == [
                "1:1 # top", "2:8 # after plain", "3:19 # yes", "5:6 # header", "8:1 # between", "9:8 # in flow",
                "11:12 # behind an anchor",
            ])
    }

    @Test func `A comment inside of a plain text over lines ends the text`() throws {
        #expect(throws: DocumentError.self) { try comments("a: one # two\n  three\n") }
    }

    @Test func `Comments belong to their document`() throws {
        let text = "# one\na: 1\n# end of one\n---\n# two\nb: 2\n"
        let documents = try DocumentStream.parse(Array(text.utf8), name: "t.yaml").documents
        #expect(documents.map { $0.comments.map(\.text) } == [["# one", "# end of one"], ["# two"]])
    }

    @Test func `A file of comments is one empty document`() throws {
        let documents = try DocumentStream.parse(Array("# nothing\n".utf8), name: "t.yaml").documents
        #expect(documents.count == 1)
        #expect(documents[0].root == nil)
        #expect(documents[0].comments.map(\.text) == ["# nothing"])
    }
}
