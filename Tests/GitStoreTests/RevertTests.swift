import GitStore
import Testing

@Suite struct RevertTests {
    @Test func revertsAsGitDoes() throws {
        let sandbox = try Sandbox()
        try sandbox.commit(["a": "1\n", "b": "1\n"])
        let undone = try sandbox.commit(["a": "2\n", "new": "x\n"])
        let tip = try sandbox.commit(["b": "2\n"])
        let outcome = try sandbox.repository().revertedTree(of: undone, onto: tip)
        try sandbox.git("revert", "--no-edit", undone.description)
        #expect(outcome == .tree(try sandbox.tree()))
    }

    @Test func saysWhichFilesAreInConflict() throws {
        let sandbox = try Sandbox()
        try sandbox.commit(["a": "1\n"])
        let undone = try sandbox.commit(["a": "2\n"])
        let tip = try sandbox.commit(["a": "3\n"])
        #expect(try sandbox.repository().revertedTree(of: undone, onto: tip) == .conflicts(["a"]))
        #expect(try sandbox.git("status", "--porcelain") == "")
    }

    @Test func aMergeNeedsAMainline() throws {
        let sandbox = try Sandbox()
        try sandbox.commit(["a": "1"])
        try sandbox.git("checkout", "-q", "-b", "side")
        try sandbox.commit(["s": "s"])
        try sandbox.git("checkout", "-q", "main")
        let before = try sandbox.commit(["a": "2"])
        try sandbox.git("merge", "-q", "--no-ff", "-m", "merge", "side")
        let repository = try sandbox.repository()
        let merge = try sandbox.tip()
        let error = #expect(throws: GitError.self) { try repository.revertedTree(of: merge, onto: merge) }
        #expect(error?.code == .invalid)
        let kept = try repository.links(of: before).tree
        #expect(try repository.revertedTree(of: merge, onto: merge, mainline: 1) == .tree(kept))
    }
}
