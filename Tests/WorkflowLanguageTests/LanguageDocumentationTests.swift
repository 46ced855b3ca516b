import Foundation
import Testing
import WorkflowLanguage

/// `docs/language.md` says what the parser does. `WFREPO_UPDATE_DOCS=1 swift test` writes the generated part anew.
@Suite struct LanguageDocumentationTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "docs")
    private static let file = folder.appending(path: "language.md")
    private static let opening = "<!-- keys: generated from the parser's tables -->\n"
    private static let closing = "<!-- end of keys -->\n"

    @Test func theReferenceOfKeysIsTrue() throws {
        let text = try String(contentsOf: Self.file, encoding: .utf8)
        let start = try #require(text.range(of: Self.opening))
        let end = try #require(text.range(of: Self.closing))
        let reference = LanguageReference.markdown()
        if ProcessInfo.processInfo.environment["WFREPO_UPDATE_DOCS"] != nil {
            let updated = text[..<start.upperBound] + "\n" + reference + "\n" + text[end.lowerBound...]
            try Data(updated.utf8).write(to: Self.file)
            return
        }
        #expect(text[start.upperBound..<end.lowerBound] == "\n" + reference + "\n")
    }

    /// Whole workflows, and lists of steps; what only completes a template is neither.
    @Test(arguments: ["language", "kinds", "secrets", "engine", "history", "hooks", "records", "templates"])
    func theExamplesAreWithoutFault(page: String) throws {
        let text = try String(contentsOf: Self.folder.appending(path: "\(page).md"), encoding: .utf8)
        let examples = text.components(separatedBy: "```yaml\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
        for example in examples where !example.contains("<<") && !example.contains("blocks:") {
            let isList = example.hasPrefix("- ")
            guard isList || "\n\(example)".contains("\nsteps:") else { continue }
            let workflow = isList ? "secrets: [API_TOKEN]\nsteps:\n\(example)" : example
            #expect(try parse(workflow).errors.map(\.description) == [], "\(page).md:\n\(workflow)")
        }
    }

    @Test func everyRuleBeyondTheSchemaIsListed() throws {
        let text = try String(contentsOf: Self.file, encoding: .utf8)
        for code in Problem.Code.allCases {
            #expect(text.contains("`\(code.rawValue)`"), "\(code.rawValue) is not explained")
        }
    }
}
