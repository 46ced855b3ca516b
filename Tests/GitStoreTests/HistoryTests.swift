import GitStore
import Testing

@Suite struct HistoryTests {
    /// main: 1 - 2 - merge - 4; side: 1 - s.
    private func merged() throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.commit(["a": "1"], "1")
        try sandbox.git("checkout", "-q", "-b", "side")
        try sandbox.commit(["s": "s"], "s")
        try sandbox.git("checkout", "-q", "main")
        try sandbox.commit(["a": "2"], "2")
        try sandbox.git("merge", "-q", "--no-ff", "-m", "merge", "side")
        try sandbox.commit(["a": "4"], "4")
        return sandbox
    }

    private func subjects(_ walk: CommitWalk, _ repository: Repository) throws -> [String] {
        try walk.rest().map { try repository.commit($0).subject }
    }

    @Test func walksAsGitLogDoes() throws {
        let sandbox = try merged()
        let repository = try sandbox.repository()
        let tip = try sandbox.tip()
        #expect(try subjects(repository.commits(from: tip, firstParent: true), repository) == ["4", "merge", "2", "1"])
        #expect(
            try repository.commits(from: tip, order: .topological).rest().count
                == sandbox.git("rev-list", "main").split(separator: "\n").count)
        let hidden = try sandbox.tip("side")
        #expect(
            try subjects(repository.commits(from: tip, hiding: [hidden], order: .topological), repository) == [
                "4", "merge", "2",
            ])
        #expect(try repository.commits(from: tip).rest(limit: 1) == [tip])
    }

    @Test func comparesCommits() throws {
        let sandbox = try merged()
        let repository = try sandbox.repository()
        let (tip, side, root) = (try sandbox.tip(), try sandbox.tip("side"), try sandbox.tip("main~3"))
        #expect(try repository.isAncestor(side, of: tip))
        #expect(try repository.isAncestor(tip, of: tip))
        #expect(try !repository.isAncestor(tip, of: side))
        #expect(try repository.mergeBase(side, sandbox.tip("main~2")) == root)
        try sandbox.git("checkout", "-q", "--orphan", "other")
        let unrelated = try sandbox.commit(["a": "x"], "unrelated")
        #expect(try repository.mergeBase(unrelated, tip) == nil)
    }

    @Test func resolvesRevisions() throws {
        let sandbox = try merged()
        try sandbox.git("tag", "-a", "-m", "tag", "v1", "main~1")
        let repository = try sandbox.repository()
        for text in ["HEAD", "main~1", "main~1^2", "HEAD^{tree}", "main:a", "v1", "@{0}"] {
            #expect(try repository.revparse(text) == sandbox.object(text), "\(text)")
        }
        #expect(try repository.commit(named: "v1") == sandbox.tip("main~1"))
        let blob = #expect(throws: GitError.self) { try repository.commit(named: "main:a") }
        #expect(blob?.code == .invalid)
        let none = #expect(throws: GitError.self) { try repository.revparse("nowhere") }
        #expect(none?.code == .notFound)
        let wrong = #expect(throws: GitError.self) { try repository.revparse("a b^{c") }
        #expect(wrong.map { [.invalidName, .notFound].contains($0.code) } == true)
    }

    @Test func aShallowCloneEndsWhereItIsCut() throws {
        let origin = try merged()
        let clone = try Sandbox(nil)
        try clone.git(["clone", "-q", "--depth", "2", "file://" + origin.folder, "."])
        let repository = try clone.repository()
        #expect(repository.isShallow)
        let tip = try clone.tip()
        let ids = try clone.git("rev-list", "HEAD").split(separator: "\n").map { CommitID(String($0)) }
        #expect(Set(try repository.commits(from: tip).rest().map(Optional.some)) == Set(ids))
        #expect(try repository.commits(from: tip, firstParent: true).rest().count == 2)
        #expect(try repository.isAncestor(clone.tip("HEAD~1"), of: tip))
        #expect(try !origin.repository().isShallow)
    }

    @Test func brokenHistoryIsAnError() throws {
        let sandbox = try merged()
        let root = try sandbox.tip("main~3").description
        _ = try sandbox.run("rm", ["-f"] + [".git/objects/\(root.prefix(2))/\(root.dropFirst(2))"])
        let repository = try sandbox.repository()
        let walk = try repository.commits(from: sandbox.tip(), firstParent: true)
        let error = #expect(throws: GitError.self) { try walk.rest() }
        #expect(error?.code == .notFound)
    }
}
