import Glibc
import Testing

@testable import GitStore

@Suite struct PreparedMoveTests {
    private let actor = Signature(name: "Ada", email: "ada@example.org", seconds: 1_700_000_000, offsetMinutes: 60)
    private let name = "refs/notes/x"

    private func commit(_ message: String, after parent: ObjectID?, in repository: Repository) throws -> ObjectID {
        try repository.writeCommit(
            tree: try repository.writeTree([]), parents: parent.map { [CommitID($0)] } ?? [], author: actor,
            committer: actor, message: message
        ).object
    }

    /// A reference with one commit.
    private func begun(_ sandbox: Sandbox) throws -> (Repository, ObjectID) {
        let repository = try sandbox.repository()
        let first = try commit("first", after: nil, in: repository)
        try repository.updateReference(name, to: first, expecting: .absent, message: "first")
        return (repository, first)
    }

    @Test(arguments: [0, 40])
    func theReferenceMovesLastAndWhatFollowsComesAfterIt(looseObjects: Int) throws {
        let sandbox = try Sandbox()
        let (repository, first) = try begun(sandbox)
        var declared: ObjectID?
        let prepared = try repository.prepareMove(
            of: name, from: first, packAbove: looseObjects,
            declaring: { new in
                declared = new
                let isThere = (try? sandbox.git("cat-file", "-e", new.description)) != nil
                #expect(!isThere)
                return []
            }, { try commit("second", after: first, in: repository) })
        let move = try #require(prepared)
        #expect(declared == move.new)
        #expect(try sandbox.git("cat-file", "-t", move.new.description) == "commit")
        #expect(try sandbox.git("rev-parse", name) == first.description)
        #expect(access("\(sandbox.folder)/.git/\(name).lock", F_OK) == 0)
        try move.perform(as: actor, message: "move\nit") {
            let tip = try sandbox.git("rev-parse", name)
            #expect(tip == move.new.description)
            return []
        }
        #expect(access("\(sandbox.folder)/.git/\(name).lock", F_OK) != 0)
        #expect(try sandbox.git("reflog", "-1", "--format=%H %gs", name) == "\(move.new) move it")
        try sandbox.git("fsck", "--strict")
    }

    @Test func aReferenceIsMade() throws {
        let sandbox = try Sandbox()
        let repository = try sandbox.repository()
        let move = try #require(
            try repository.prepareMove(of: name, from: nil, packAbove: 8) {
                try commit("first", after: nil, in: repository)
            })
        try move.perform(as: actor, message: "first")
        #expect(try sandbox.git("rev-parse", name) == move.new.description)
    }

    @Test func whoComesTooLateMovesNothingAndLeavesNoLock() throws {
        let sandbox = try Sandbox()
        let (repository, first) = try begun(sandbox)
        let error = #expect(throws: GitError.self) {
            _ = try repository.prepareMove(of: name, from: first, packAbove: 8) {
                try sandbox.git("notes", "--ref=x", "add", "-m", "theirs", first.description)
                return try commit("ours", after: first, in: repository)
            }
        }
        #expect(error?.code == .stale)
        #expect(access("\(sandbox.folder)/.git/\(name).lock", F_OK) != 0)
        #expect(try sandbox.git("log", "-1", "--format=%s", name) == "Notes added by 'git notes add'")
    }

    @Test func whereThereIsNothingToDoNothingIsWritten() throws {
        let sandbox = try Sandbox()
        let (repository, first) = try begun(sandbox)
        let before = try sandbox.git("count-objects")
        let move = try repository.prepareMove(of: name, from: first, packAbove: 8) {
            _ = try repository.writeBlob(Array("left".utf8))
            return nil
        }
        #expect(move.map(\.new) == nil)
        #expect(try sandbox.git("count-objects") == before)
    }
}
