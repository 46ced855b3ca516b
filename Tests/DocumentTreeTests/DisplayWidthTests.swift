import DocumentTree
import Testing

@Suite struct DisplayWidthTests {
    /// Widths as glibc 2.36's wcswidth(3) has them in a UTF-8 locale.
    @Test(arguments: [
        ("deploy", 6), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("か\u{3099}", 2), ("🚀", 2), ("✅", 2), ("❌", 2), ("✓", 1),
        ("🪣", 2), ("⏰", 2), ("\u{1112}\u{1161}\u{11AB}", 2), ("한", 2), ("ｱ", 1), ("Ａ", 2), ("a\u{200B}b", 2), ("→", 1),
    ])
    func columnsOfATerminal(text: String, columns: Int) {
        #expect(DisplayWidth.of(text) == columns)
    }

    @Test func whatIsTooWideIsCut() {
        #expect(DisplayWidth.cut("deploy", to: 6) == "deploy")
        #expect(DisplayWidth.cut("deploy!", to: 6) == "deplo…")
        #expect(DisplayWidth.cut("日本語", to: 5) == "日本…")
        #expect(DisplayWidth.cut("日本語", to: 4) == "日…")
        #expect(DisplayWidth.cut("e\u{301}e\u{301}e\u{301}", to: 2) == "e\u{301}…")
    }
}
