import DocumentTree
import Testing

@Suite("Quoting and escaping of texts from elsewhere")
struct CSVTextTests {
    @Test("Quotes, separators and line breaks are found whatever stands on them")
    func quoting() {
        // RFC 4180, 2.5 to 2.7. U+0301 makes one character, as people see it, of itself and what stands before it.
        #expect(CSVText.row(["a", "b c", ""]) == "a,b c,\r\n")
        #expect(CSVText.row(["a,b", "say \"hi\"", "one\r\ntwo"]) == "\"a,b\",\"say \"\"hi\"\"\",\"one\r\ntwo\"\r\n")
        #expect(Array(CSVText.row(["x\"\u{301},=1"]).utf8) == Array("\"x\"\"\u{301},=1\"\r\n".utf8))
        #expect(Array(CSVText.row(["a,\u{301}b"]).utf8) == Array("\"a,\u{301}b\"\r\n".utf8))
        #expect(CSVText.row(["a;b", "c,d"], separator: ";") == "\"a;b\";c,d\r\n")
    }

    @Test(
        "What a spreadsheet takes for a formula does not begin a cell",
        arguments: ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1", "=\u{301}1"])
    func formulas(text: String) {
        #expect(CSVText.guarded(text).utf8.first == UInt8(ascii: "'"))
        #expect(CSVText.guarded("x" + text) == "x" + text)
    }

    @Test("No cell steers a terminal that shows the table")
    func controls() {
        #expect(CSVText.guarded("a\u{1B}[2Jb\r\u{7}\u{9B}1m\u{202E}c") == "a\\u{1B}[2Jb\\r\\u{7}\\u{9B}1m\\u{202E}c")
        // What hides in front of a formula does not hide it.
        #expect(CSVText.guarded("\r=1") == "\\r=1")
        // Line feeds and tabs are text.
        #expect(CSVText.guarded("one\ntwo\tthree") == "one\ntwo\tthree")
    }

    @Test("Scalars are replaced wherever they stand, and nothing else is")
    func replacing() {
        #expect(Array("a\r\nb".replacingScalars(["\r": "%0D", "\n": "%0A"]).utf8) == Array("a%0D%0Ab".utf8))
        #expect(
            Array("<\u{338}&".replacingScalars(["<": "&lt;", "&": "&amp;"]).utf8) == Array("&lt;\u{338}&amp;".utf8))
        #expect("plain".replacingScalars(["\"": "\"\""]) == "plain")
    }
}
