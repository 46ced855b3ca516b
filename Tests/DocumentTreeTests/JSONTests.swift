import DocumentTree
import Testing

@Suite struct JSONTests {
    @Test(arguments: [
        #"{"a":[1,-2,3.5,true,false,null,"x"],"b":{}}"#, "[]", "0", #""""#, "[[[]]]",
        "123456789012345678901234567890", "1e+20", "5e-324", "1.7976931348623157e+308", "0.1", "-0.0",
    ])
    func `What is read is written back`(text: String) throws {
        #expect(try Value(json: text).json() == text)
    }

    @Test(arguments: [
        "", " ", "[1,]", "{\"a\":1,}", "{a:1}", "01", "1.", ".5", "+1", "0x1", "NaN", "nul", "[1 2]", "\"\t\"",
        "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ud800x\"", "\"open", "[", "{", "{\"a\"}", "1 2",
        "{\"a\":1,\"a\":2}",
        "1e999", "'a'", "// c\n1",
    ])
    func `What RFC 8259 doesn't allow is refused`(text: String) {
        #expect(throws: DocumentError.self) { try Value(json: text) }
    }

    @Test func `Escapes are read and written`() throws {
        let value = try Value(json: #""\u0041\n\t\"\\\/\b\f\r\u00e9\ud83d\ude00\u0000""#)
        #expect(value == "A\n\t\"\\/\u{8}\u{C}\ré😀\0")
        #expect(try value.json() == #""A\n\t\"\\/\u0008\u000c\ré😀\u0000""#)
    }

    @Test func `The canonical form sorts keys and knows one spelling of a number`() throws {
        let one = try Value(json: #"{"b":1.0,"a":[{"d":1,"c":2}]}"#)
        #expect(try one.json(.canonical) == #"{"a":[{"c":2,"d":1}],"b":1}"#)
    }

    @Test func `The pretty form has a line an item`() throws {
        #expect(
            try Value(json: #"{"a":[1,2],"b":{},"c":[]}"#).json(.pretty)
                == "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {},\n  \"c\": []\n}")
    }

    @Test func `What JSON can't write is refused, or written as asked`() throws {
        let value: Value = [.double(.nan), .double(-.infinity)]
        #expect(throws: DocumentError.self) { try value.json() }
        #expect(try value.json(JSONFormat(nonFinite: .string)) == #"[".nan","-.inf"]"#)
        #expect(try value.json(JSONFormat(nonFinite: .null)) == "[null,null]")
    }

    @Test func `An error names line and column`() {
        let error = #expect(throws: DocumentError.self) { try Value(json: "{\n  \"a\": tru\n}", name: "x.json") }
        #expect(error?.description == "x.json:2:8: expected a value, found `t`")
    }

    @Test func `Mappings keep their order and don't compare it`() throws {
        let one = try Value(json: #"{"b":1,"a":2}"#)
        let two = try Value(json: #"{"a":2,"b":1}"#)
        #expect(one == two)
        #expect(one.hashValue == two.hashValue)
        #expect(one.mapping?.keys == ["b", "a"])
    }

    @Test func `Large mappings find, replace and remove their entries`() {
        var mapping = ValueMapping((0..<100).map { ("k\($0)", Value.integer($0)) })
        mapping["k50"] = "new"
        mapping["k0"] = nil
        #expect(mapping.count == 99)
        #expect(mapping["k50"] == "new")
        #expect(mapping["k0"] == nil)
        #expect(mapping["k99"] == 99)
        for index in 1..<95 { mapping["k\(index)"] = nil }
        #expect(mapping.keys == ["k95", "k96", "k97", "k98", "k99"])
        #expect(mapping["k97"] == 97)
    }
}
