import DocumentTree
import Testing

@Suite("Text made safe to print")
struct PrintableTextTests {
    @Test(
        "What a terminal obeys or a reader cannot see becomes an escape",
        arguments: [
            ("\u{1B}[31mred", "\\u{1B}[31mred"), ("\u{9B}2J\u{7F}", "\\u{9B}2J\\u{7F}"), ("a\u{0}", "a\\u{0}"),
            ("one\r\n\ttwo", "one\\r\\n\\ttwo"), ("a\u{202E}b\u{2066}", "a\\u{202E}b\\u{2066}"),
            ("pay\u{200B}ments\u{FEFF}", "pay\\u{200B}ments\\u{FEFF}"), ("a\u{2028}b", "a\\u{2028}b"),
        ])
    func escapes(text: String, shown: String) {
        #expect(PrintableText.escape(text) == shown)
    }

    @Test("Letters of all languages stay", arguments: ["Grüße, 世界 🚀", "", "a b\u{A0}c"])
    func letters(text: String) {
        #expect(PrintableText.escape(text) == text)
    }

    @Test("Line feeds and tabs stay where that is asked for; nothing else does")
    func kept() {
        #expect(PrintableText.escape("a\n\tb\r\u{1B}", keepsLines: true) == "a\n\\tb\\r\\u{1B}")
        #expect(PrintableText.escape("a\n\tb\r\u{1B}", keepsLines: true, keepsTabs: true) == "a\n\tb\\r\\u{1B}")
    }
}
