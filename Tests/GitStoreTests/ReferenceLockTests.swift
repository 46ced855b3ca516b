import GitStore
import Testing

@Suite struct ReferenceLockTests {
    @Test func keepsGitAwayUntilItIsCommitted() throws {
        let sandbox = try Sandbox()
        let one = try sandbox.commit(["a": "1"]).object
        let two = try sandbox.commit(["a": "2"]).object
        try sandbox.git("update-ref", "refs/notes/x/y", one.description)
        try sandbox.git("pack-refs", "--all")
        let lock = try sandbox.repository().lockReference("refs/notes/x/y")
        #expect(lock.target == one)
        #expect(throws: (any Error).self) { try sandbox.git("update-ref", "refs/notes/x/y", two.description) }
        try lock.commit(two)
        #expect(try sandbox.object("refs/notes/x/y") == two)
        try sandbox.git("update-ref", "refs/notes/x/y", one.description)
    }

    @Test func leavesTheReferenceAloneWhenItIsGivenUp() throws {
        let sandbox = try Sandbox()
        let id = try sandbox.commit(["a": "1"]).object
        let repository = try sandbox.repository()
        #expect(try repository.lockReference("refs/notes/new/one").target == nil)
        #expect(try repository.reference("refs/notes/new/one") == nil)
        try repository.updateReference("refs/notes/new/one", to: id, expecting: .absent, message: "free again")
    }

    @Test(arguments: ["HEAD", "refs/a..b", "../refs/heads/main", "refs/heads/../../config"])
    func refusesOtherNames(name: String) throws {
        let sandbox = try Sandbox()
        let error = #expect(throws: GitError.self) { _ = try sandbox.repository().lockReference(name) }
        #expect(error?.code == .invalidName)
    }
}
