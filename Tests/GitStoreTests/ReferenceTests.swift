import Foundation
import GitStore
import Testing

@Suite struct ReferenceTests {
    @Test func comparesAndSwaps() throws {
        let sandbox = try Sandbox()
        let one = try sandbox.commit(["a": "1"]).object
        let two = try sandbox.commit(["a": "2"]).object
        let repository = try sandbox.repository()
        try repository.updateReference("refs/notes/x/y", to: one, expecting: .absent, message: "new")
        #expect(try sandbox.object("refs/notes/x/y") == one)
        try repository.updateReference("refs/notes/x/y", to: two, expecting: .exactly(one), message: "move")
        for expected in [Expected.absent, .exactly(one)] {
            let error = #expect(throws: GitError.self) {
                try repository.updateReference("refs/notes/x/y", to: one, expecting: expected, message: "lost")
            }
            #expect(error?.code == .stale)
        }
        #expect(try sandbox.object("refs/notes/x/y") == two)
        let missing = #expect(throws: GitError.self) {
            try repository.updateReference("refs/notes/none", to: one, expecting: .exactly(two), message: "lost")
        }
        #expect(missing?.code == .stale)
        #expect(try repository.reference("refs/notes/none") == nil)
        let inTheWay = #expect(throws: GitError.self) {
            try repository.updateReference("refs/notes/x", to: one, message: "blocked")
        }
        #expect(inTheWay?.code == .exists)
        let wrong = #expect(throws: GitError.self) { try repository.updateReference("refs/a..b", to: one, message: "") }
        #expect(wrong?.code == .invalidName)
    }

    @Test func comparesPackedReferences() throws {
        let sandbox = try Sandbox()
        let one = try sandbox.commit(["a": "1"]).object
        let two = try sandbox.commit(["a": "2"]).object
        try sandbox.git("update-ref", "refs/notes/n", one.description)
        try sandbox.git("pack-refs", "--all", "--prune")
        let repository = try sandbox.repository()
        #expect(try repository.resolve("refs/notes/n") == one)
        let error = #expect(throws: GitError.self) {
            try repository.updateReference("refs/notes/n", to: two, expecting: .absent, message: "lost")
        }
        #expect(error?.code == .stale)
        try repository.updateReference("refs/notes/n", to: two, expecting: .exactly(one), message: "move")
        #expect(try sandbox.object("refs/notes/n") == two)
        try sandbox.git("pack-refs", "--all", "--prune")
        let stale = #expect(throws: GitError.self) {
            try repository.deleteReference("refs/notes/n", expecting: .exactly(one))
        }
        #expect(stale?.code == .stale)
        try repository.deleteReference("refs/notes/n", expecting: .exactly(two))
        #expect(try sandbox.git("for-each-ref", "refs/notes") == "")
    }

    @Test func listsByPattern() throws {
        let sandbox = try Sandbox()
        let id = try sandbox.commit(["a": "1"]).object.description
        for name in [
            "refs/notes/wfrepo/runs/b/2026-11", "refs/notes/wfrepo/runs/a/2026-11", "refs/notes/wfrepo/audit/a",
        ] {
            try sandbox.git("update-ref", name, id)
        }
        let repository = try sandbox.repository()
        #expect(
            try repository.references(matching: "refs/notes/wfrepo/runs/*").map(\.name) == [
                "refs/notes/wfrepo/runs/a/2026-11", "refs/notes/wfrepo/runs/b/2026-11",
            ])
        #expect(try repository.references(matching: "refs/notes/").count == 3)
        #expect(try repository.references(matching: "refs/none/*").isEmpty)
    }

    @Test func saysWhereHeadIs() throws {
        let sandbox = try Sandbox()
        let repository = try sandbox.repository()
        #expect(try repository.head == .branch(name: "main", tip: nil))
        let tip = try sandbox.commit(["a": "1"])
        #expect(try repository.head == .branch(name: "main", tip: tip))
        try sandbox.git("checkout", "-q", "--detach")
        #expect(try repository.head == .detached(tip))
        try repository.setHead(toBranch: "feature/x")
        #expect(try sandbox.git("symbolic-ref", "HEAD") == "refs/heads/feature/x")
    }

    @Test func movesOfTheBranchAreInItsReflog() throws {
        let sandbox = try Sandbox()
        let one = try sandbox.commit(["a": "1"])
        let repository = try sandbox.repository()
        let two = try repository.writeCommit(
            tree: try sandbox.tree(), parents: [one], author: Sandbox.ada, committer: Sandbox.ada, message: "two")
        try repository.updateReference(
            "refs/heads/main", to: two.object, expecting: .exactly(one.object), message: "commit: two")
        #expect(try sandbox.git("reflog", "-1", "--format=%gs", "main") == "commit: two")
        #expect(try sandbox.git("reflog", "-1", "--format=%gs", "HEAD") == "commit: two")
    }

    @Test func aLockThatStaysIsNamed() throws {
        let sandbox = try Sandbox()
        let one = try sandbox.commit(["a": "1"]).object
        try sandbox.write(".git/refs/heads/main.lock", "")
        let repository = try sandbox.repository()
        let error = #expect(throws: GitError.self) {
            try repository.updateReference("refs/heads/main", to: one, message: "blocked")
        }
        #expect(error?.code == .locked)
        #expect(error?.hint?.hasSuffix("rm \(repository.commonDirectory)refs/heads/main.lock") == true)
    }

    @Test func writersThatRaceLoseNothing() async throws {
        let sandbox = try Sandbox()
        try sandbox.commit(["a": "1"])
        let folder = sandbox.folder
        let rounds = 15
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    let repository = try Repository.open(folder)
                    for round in 0..<rounds { try append("\(writer).\(round)", in: repository) }
                }
            }
            try await group.waitForAll()
        }
        let subjects = try sandbox.git("log", "--format=%s", "refs/notes/race").split(separator: "\n").map(String.init)
        let expected = (0..<4).flatMap { writer in (0..<rounds).map { "\(writer).\($0)" } }
        #expect(subjects.sorted() == expected.sorted())
        try sandbox.git("fsck", "--strict")
    }
}

/// Adds a commit to the tip of the reference, again and again until nobody came between.
private func append(_ text: String, in repository: Repository) throws {
    while true {
        let tip = try repository.resolve("refs/notes/race")
        let commit = try repository.writeCommit(
            tree: .empty, parents: tip.map { [CommitID($0)] } ?? [], author: Sandbox.ada, committer: Sandbox.ada,
            message: text)
        let expected = tip.map { Expected.exactly($0) } ?? .absent
        do {
            try repository.updateReference("refs/notes/race", to: commit.object, expecting: expected, message: text)
            return
        } catch {
            guard error.code == .stale else { throw error }
        }
    }
}

/// Moves that do not wait for their reflogs.
struct ReferenceMoveTests {
    private let actor = Signature(name: "Ada", email: "ada@example.org", seconds: 1_700_000_000, offsetMinutes: 60)

    @Test func gitReadsTheMoveAndBothReflogs() throws {
        let sandbox = try Sandbox()
        let repository = try sandbox.repository()
        let first = try commit("first", parents: [], in: repository)
        try repository.updateReference(
            "refs/heads/main", to: first.object, expecting: .absent, message: "commit (initial): first")
        let second = try commit("second", parents: [first], in: repository)
        try move("refs/heads/main", from: first, to: second, "commit: second\nline", in: repository)
        #expect(try sandbox.git("rev-parse", "main") == second.description)
        let entry = "\(second) Ada <ada@example.org> commit: second line"
        for log in ["main", "HEAD"] {
            #expect(try sandbox.git("reflog", "-1", "--format=%H %gn <%ge> %gs", log) == entry)
            #expect(try sandbox.git("rev-parse", "\(log)@{1}") == first.description)
        }
        #expect(try sandbox.git("reflog", "-1", "--date=raw", "--format=%gd", "main") == "main@{1700000000 +0100}")
    }

    @Test func aMovedOrMissingReferenceIsRefusedAndStays() throws {
        let sandbox = try Sandbox()
        let repository = try sandbox.repository()
        let first = try commit("first", parents: [], in: repository)
        let second = try commit("second", parents: [first], in: repository)
        try repository.updateReference("refs/heads/main", to: second.object, expecting: .absent, message: "x")
        for name in ["refs/heads/main", "refs/heads/none"] {
            let error = #expect(throws: GitError.self) {
                try move(name, from: first, to: second, "m", in: repository)
            }
            #expect(error?.code == .stale)
        }
        #expect(try sandbox.git("for-each-ref", "--format=%(refname) %(objectname)") == "refs/heads/main \(second)")
    }

    @Test func aPackedReferenceMovesAndABareRepositoryHasNoReflog() throws {
        let sandbox = try Sandbox()
        let repository = try sandbox.repository()
        try sandbox.git("config", "core.logAllRefUpdates", "false")
        let first = try commit("first", parents: [], in: repository)
        try repository.updateReference("refs/heads/main", to: first.object, expecting: .absent, message: "x")
        try sandbox.git("pack-refs", "--all")
        let second = try commit("second", parents: [first], in: repository)
        try move("refs/heads/main", from: first, to: second, "m", in: repository)
        #expect(try sandbox.git("rev-parse", "main") == second.description)
        #expect(try sandbox.git("reflog", "main") == "")
    }

    /// HEAD is no file below `refs`, and is moved all the same.
    @Test func aDetachedHeadIsMoved() throws {
        let sandbox = try Sandbox()
        let repository = try sandbox.repository()
        let first = try commit("first", parents: [], in: repository)
        try repository.updateReference("refs/heads/main", to: first.object, expecting: .absent, message: "x")
        try sandbox.git("checkout", "-q", "--detach")
        let second = try commit("second", parents: [first], in: repository)
        try move("HEAD", from: first, to: second, "m", in: repository)
        #expect(try sandbox.git("rev-parse", "HEAD") == second.description)
        #expect(try sandbox.git("rev-parse", "main") == first.description)
    }

    private func move(
        _ name: String, from old: CommitID, to new: CommitID, _ message: String, in repository: Repository
    ) throws {
        let move = try repository.prepareMove(of: name, from: old.object, packAbove: 8) { new.object }
        try #require(move).perform(as: actor, message: message)
    }

    private func commit(_ message: String, parents: [CommitID], in repository: Repository) throws -> CommitID {
        let tree = try repository.writeTree([])
        return try repository.writeCommit(
            tree: tree, parents: parents, author: actor, committer: actor, message: message)
    }
}
