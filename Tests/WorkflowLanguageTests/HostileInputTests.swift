import DocumentTree
import Testing
import WorkflowLanguage

/// Nothing that comes from outside ends the program: texts put together at random from what the parsers look for.
@Suite struct HostileInputTests {
    private static let pieces = [
        "${{", "}}", "{{", "'", "\"", "`", "$(", "$((", "))", ")", "(", "((", "${", "}", "\\", "\n", " ", "#", "<<EOF",
        "<<-'E'", "EOF", "case", "esac", "in", ";", "a", "inputs.x", "[", "]", "*",
        ".", ",", "!", "==", "&&", "||", "<", "1", "0x", "-", "+", "e5", "format(", "toJSON(", "{0}", "null", "é",
        "\u{1F600}", "\0", "$'", "$", "|", "^", "?", "{2,", "{,}", "\\d", "[^", "a-", "(?:", "\u{2028}",
        "https://a:b@c", "://", "@", "AKIA", "-----BEGIN ", "eyJ", "steps: ", "- run: ", "\t", "&a ", "*a", "1h",
        "needs: ",
    ]

    @Test func parsersSurvive() throws {
        var random = SplitMix(state: 42)
        let name = try #require(WorkflowName("x"))
        let context = ConstantContext(["inputs": ["x": [1, ["y": "z"]]]])
        for _ in 0..<2000 {
            let text = (0..<random.number(below: 14)).map { _ in Self.pieces[random.number(below: Self.pieces.count)] }
                .joined()
            if let expression = try? Expression.parse(text) {
                _ = try? expression.evaluate(in: context)
                _ = expression.references
            }
            _ = try? Template.parse(text, allowsBareBraces: true).evaluate(in: context)
            for shell in ["sh", "bash"] { _ = try? ShellScript.parse(text, shell: shell).script?.render(in: context) }
            if let pattern = try? Pattern(text) { _ = pattern.matches("aaa1 -\n" + text) }
            _ = DurationText.parse(text)
            _ = SecretScanner.findings(in: Array(text.utf8), file: "x")
            _ = SecretScanner.findings(in: Array("env: {A: '\(text)', TOKEN: \"\(text)\"}".utf8), file: "x")
            _ = Workflow.parse(Array("steps:\n  - run: |\n      \(text)\n    if: \(text)\n".utf8), name: name)
            _ = Workflow.parse(
                Array("steps: [{run: \"\(text)\", needs: [\(text)], timeout: '\(text)'}]\non: \(text)".utf8), name: name
            )
        }
    }
}

/// Source: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators" (SplitMix64).
struct SplitMix {
    var state: UInt64

    mutating func number(below bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
    }
}
