import Testing

@testable import WfrepoCommands

/// Ranges of revisions, as git-diff(1) writes them.
@Suite struct RevisionRangeTests {
    @Test(arguments: [
        ("HEAD~2..main", "HEAD~2", "main", false), ("..main", "HEAD", "main", false), ("main..", "main", "HEAD", false),
        ("main...side", "main", "side", true), ("...side", "HEAD", "side", true),
        ("deploy@v3..v7", "deploy@v3", "deploy@v7", false), ("deploy@v3..", "deploy@v3", "deploy@HEAD", false),
        ("deploy@v3..other@v7", "deploy@v3", "other@v7", false),
        ("a..b@{2 days ago}..v7", "a..b@{2 days ago}", "a..b@v7", false), ("@~2..@", "@~2", "@", false),
    ])
    func readsBothEnds(text: String, old: String, new: String, isFromBase: Bool) throws {
        let range = try #require(RevisionRange(text))
        #expect((range.old, range.new, range.isFromBase) == (old, new, isFromBase))
    }

    @Test(arguments: ["main", "deploy@v3", "../workflows/deploy.yaml", "a..b@v7", "a.b", "a/../b", ""])
    func anythingElseIsNone(text: String) {
        #expect(RevisionRange(text) == nil)
    }
}
