import DocumentTree
import Testing

@Suite struct AliasTests {
    @Test func `An alias stands for the latest anchor of its name`() throws {
        #expect(try value("[&a 1, *a, &a 2, *a]") == [1, 1, 2, 2])
    }

    @Test func `An alias has its own place in the expanded tree`() throws {
        let document = try Document.parseOne(Array("a: &x {k: 1}\nb: *x\n".utf8), name: "t")
        let node = try #require(try document.expanded()?["b"])
        #expect(node.range.start.description == "2:4")
        #expect(node["k"]?.range.start.description == "1:11")
        #expect(node.anchor == nil)
    }

    @Test func `A bomb of aliases is refused at the alias that is too much`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...30 {
            let items = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(items)]\n"
        }
        let error = #expect(throws: DocumentError.self) { try value(text) }
        #expect(error?.code == .limit)
        #expect(error?.position.line == 7)
    }

    @Test func `A node can't contain itself`() {
        let error = #expect(throws: DocumentError.self) { try value("a: &x\n  b: *x\n") }
        #expect(error?.code == .alias)
        #expect(error?.position.description == "2:6")
    }
}
