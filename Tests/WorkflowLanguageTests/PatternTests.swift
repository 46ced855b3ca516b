import Testing
import WorkflowLanguage

/// Expected values: ECMAScript's `RegExp.prototype.test`.
@Suite struct PatternTests {
    @Test(arguments: [
        (#"^\d{4}-\d{2}-\d{2}$"#, "2026-11-01", true), (#"^\d{4}-\d{2}-\d{2}$"#, "2026-11-1", false),
        ("b", "abc", true), ("^b", "abc", false),
        ("^(a|bc)+$", "abcbca", true), ("^(a|bc)+$", "abcb", false), ("^a{2,3}$", "aaaa", false),
        ("^a{2,}$", "aaaa", true), ("^a{0}b$", "b", true), ("a{", "a{", true),
        ("a{,3}", "a{,3}", true), ("^[^a-c]$", "d", true), ("^[^a-c]$", "b", false), ("^[-a]$", "-", true),
        ("^[a-]$", "-", true), (#"^[\w.]+@\w+$"#, "a.b@c", true),
        (#"\bfoo\b"#, "a foo b", true), (#"\bfoo\b"#, "afoo", false), (#"^\S+$"#, "a b", false), ("^.$", "é", true),
        ("^.$", "\n", false), (#"^\x41\u0042$"#, "AB", true),
        ("", "", true), ("^$", "", true), ("^$", "a", false), ("^(?:a?){3}b$", "aab", true),
        ("(?<year>\\d+)", "x7", true), ("^a.*?b$", "axxb", true), ("a|", "zzz", true),
        (#"^[\d\-]+$"#, "1-2", true), (#"^[^\s]+$"#, "a b", false), (#"\."#, "a.b", true), ("[]", "a", false),
        ("[^]", "a", true), ("(a*)*$", "b", true),
    ])
    func matches(pattern: String, text: String, expected: Bool) throws {
        #expect(try Pattern(pattern).matches(text) == expected)
    }

    @Test(arguments: [
        "(", ")", "[a", "*a", "a**", "a{2,1}", "\\", "(?=a)", "(?!a)", "(?<=a)", #"(a)\1"#, "[z-a]", #"\q"#,
        "((a{1000}){1000})", "^*", "(?i)a",
        String(repeating: "(", count: 60),
    ])
    func faults(pattern: String) { #expect(throws: Pattern.Fault.self) { try Pattern(pattern) } }

    @Test func whatKillsABacktrackingMatcherDoesNotHurt() throws {
        let text = String(repeating: "a", count: 5_000) + "!"
        #expect(try !Pattern("^(a+)+$").matches(text))
        #expect(try !Pattern("^(a|aa)+$").matches(text))
        #expect(try !Pattern("^(.*)(.*)(.*)(.*)x$").matches(text))
    }
}
