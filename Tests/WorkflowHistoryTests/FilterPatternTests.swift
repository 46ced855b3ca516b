import Testing

@testable import WorkflowHistory

/// The examples are those of GitHub's filter pattern cheat sheet.
@Suite struct FilterPatternTests {
    @Test(arguments: [
        ("feature/*", "feature/my-branch"), ("feature/**", "feature/beta-a/my-branch"), ("main", "main"),
        ("*", "releases"), ("**", "every/branch"), ("*feature", "mona-feature"), ("v2*", "v2.9"),
        ("v[12].[0-9]+.[0-9]+", "v1.10.1"), ("*.jsx?", "page.js"), ("*.jsx?", "page.jsx"), ("**.js", "src/js/app.js"),
        ("docs/*", "docs/file.txt"), ("docs/**", "docs/mona/octocat.txt"), ("docs/**/*.md", "docs/README.md"),
        ("docs/**/*.md", "docs/a/markdown/file.md"), ("**/docs/**", "dir/docs/my-file.txt"),
        ("**/docs/**", "docs/hello.md"), ("**/README.md", "README.md"), ("**/README.md", "js/README.md"),
        ("**/*src/**", "my-src/code/js/app.js"), ("**/migrate-*.sql", "db/sept/migrate-10909.sql"), ("a\\*b", "a*b"),
    ])
    func matches(_ pattern: String, _ text: String) {
        #expect(FilterPattern(pattern).matches(text))
    }

    @Test(arguments: [
        ("feature/*", "feature/a/b"), ("*", "every/branch"), ("docs/*", "docs/mona/octocat.txt"), ("main", "mainly"),
        ("v[12].[0-9]+.[0-9]+", "v3.1.1"), ("**/README.md", "MYREADME.md"), ("*.jsx?", "page.jsxx"), ("", "a"),
        ("a\\*b", "axb"), ("[a-c]x", "dx"), ("docs/**/*.md", "docsx/README.md"),
    ])
    func doesNotMatch(_ pattern: String, _ text: String) {
        #expect(!FilterPattern(pattern).matches(text))
    }

    @Test func letsTheLastMatchDecide() {
        func allows(_ text: String, _ patterns: String...) -> Bool {
            FilterPattern.allows(text, by: patterns.map { FilterPattern($0) })
        }
        #expect(allows("docs/hello.md", "*.md", "**", "!README.md"))
        #expect(!allows("README.md", "**", "!README.md"))
        #expect(allows("README.doc", "**", "!README*", "README.doc"))
        #expect(!allows("main", "!side"))
        #expect(allows("main"))
    }

    @Test func takesNoLongTimeForStars() {
        let pattern = FilterPattern(String(repeating: "*a", count: 200) + "b")
        #expect(!pattern.matches(String(repeating: "a", count: 5000)))
    }
}
