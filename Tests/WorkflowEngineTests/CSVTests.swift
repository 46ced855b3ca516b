import Testing

@testable import WorkflowEngine

/// RFC 4180, with line feeds alone, as most programs write it.
@Suite struct CSVTests {
    private func rows(_ text: String, separator: UInt8 = UInt8(ascii: ",")) throws -> [[String]] {
        try CSV(Array(text.utf8), separator: separator, name: "f.csv").rows
    }

    /// The first ones are the examples of RFC 4180, section 2.
    @Test(arguments: [
        ("aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n", [["aaa", "bbb", "ccc"], ["zzz", "yyy", "xxx"]]),
        ("aaa,bbb,ccc\r\nzzz,yyy,xxx", [["aaa", "bbb", "ccc"], ["zzz", "yyy", "xxx"]]),
        ("\"aaa\",\"b\r\nbb\",\"ccc\"\r\nzzz,yyy,xxx", [["aaa", "b\r\nbb", "ccc"], ["zzz", "yyy", "xxx"]]),
        ("\"aaa\",\"b\"\"bb\",\"ccc\"", [["aaa", "b\"bb", "ccc"]]),
        ("a, b\n,\n\"\",x\n", [["a", " b"], ["", ""], ["", "x"]]),
        ("a\n\nb\n", [["a"], [""], ["b"]]), ("a,b\n\nc,d\n", [["a", "b"], ["c", "d"]]),
        ("\u{FEFF}é,\"\u{301}\"\n", [["é", "\u{301}"]]), ("", []), ("a,", [["a", ""]]),
    ])
    func readsRows(text: String, expected: [[String]]) throws {
        #expect(try rows(text) == expected)
    }

    @Test func anotherSeparatorLeavesCommasAlone() throws {
        #expect(try rows("a,b;\"c;d\"\n", separator: UInt8(ascii: ";")) == [["a,b", "c;d"]])
    }

    @Test(arguments: [
        ("a,b\nc\n", "f.csv:2: has 1 field where the first row has 2"),
        ("\"a\nb\",c\n\"d\"e,f\n", "f.csv:3: something follows a closing quote"),
        ("a\n\"b\n\n", "f.csv:2: a quote is opened and never closed"),
        ("\"a\nb\",c\nd\n", "f.csv:3: has 1 field where the first row has 2"),
    ])
    func faultsNameTheirLine(text: String, message: String) {
        let error = #expect(throws: StepError.self) { try rows(text) }
        #expect(error?.kind == "csv" && error?.message == message)
    }
}
