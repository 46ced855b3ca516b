import Testing

@testable import GitStore

@Suite struct NotesTests {
    /// Ids that are spread as real ones are: those of the blobs "0", "1", …
    private func makeTargets(_ count: Int, in repository: Repository) throws -> [ObjectID] {
        try (0..<count).map { try repository.write(.blob, Array("\($0)".utf8)) }
    }

    @discardableResult
    private func record(_ tree: TreeID, in repository: Repository, after tip: CommitID?) throws -> CommitID {
        let commit = try repository.writeCommit(
            tree: tree, parents: tip.map { [$0] } ?? [], author: Sandbox.ada, committer: Sandbox.ada, message: "notes")
        try repository.updateReference(
            "refs/notes/wfrepo", to: commit.object, expecting: tip.map { .exactly($0.object) } ?? .absent,
            message: "notes")
        return commit
    }

    private func listedByGit(_ sandbox: Sandbox) throws -> [String] {
        try sandbox.git("notes", "--ref=wfrepo", "list").split(separator: "\n").map(String.init).sorted()
    }

    private func lines(_ notes: [(target: ObjectID, note: BlobID)]) -> [String] {
        notes.map { "\($0.note) \($0.target)" }.sorted()
    }

    @Test func gitReadsEveryNoteFromNoneToTwoThousand() throws {
        let sandbox = try Sandbox()
        let repository = try sandbox.repository()
        let targets = try repository.withObjectBatch(packAbove: 0) { try makeTargets(2000, in: repository) }
        var tip: CommitID?
        var done = 0
        for count in [1, 40, 80, 300, 1000, 2000] {
            let notes = try NotesTree(repository, reference: "refs/notes/wfrepo")
            #expect(notes.commit == tip)
            let tree = try repository.withObjectBatch(packAbove: 8) {
                var changes: [ObjectID: BlobID?] = [:]
                for target in targets[done..<count] {
                    changes[target] = try repository.writeBlob(Array("note on \(target)\n".utf8))
                }
                return try notes.setting(changes)
            }
            tip = try record(tree, in: repository, after: tip)
            done = count
            let written = try NotesTree(repository, reference: "refs/notes/wfrepo").all()
            #expect(written.count == count)
            #expect(try listedByGit(sandbox) == lines(written))
        }
        for target in [targets[0], targets[79], targets[1999]] {
            #expect(try sandbox.git("notes", "--ref=wfrepo", "show", target.description) == "note on \(target)")
        }
        try sandbox.git("fsck", "--strict")
        // The folders are where git would have put them: adding a note by git and removing it changes nothing.
        let before = try sandbox.git("ls-tree", "-r", "-t", "refs/notes/wfrepo")
        let other = try sandbox.git(["hash-object", "-w", "--stdin"], input: "other")
        try sandbox.git("notes", "--ref=wfrepo", "add", "-m", "x", other)
        try sandbox.git("notes", "--ref=wfrepo", "remove", other)
        #expect(try sandbox.git("ls-tree", "-r", "-t", "refs/notes/wfrepo") == before)
    }

    /// By git's own rule there would be 15,000 folders of one note.
    @Test func twentyThousandNotesLieInAsFewFoldersAsGitReadsFast() throws {
        let sandbox = try Sandbox()
        let repository = try sandbox.repository()
        let blob = try repository.writeBlob(Array("note\n".utf8))
        var changes: [ObjectID: BlobID?] = [:]
        for number in 0..<20_000 { changes[try Repository.hash(.blob, Array("\(number)".utf8))] = blob }
        let tip = try record(
            try repository.withObjectBatch(packAbove: 8) {
                try NotesTree(repository, root: nil).setting(changes)
            }, in: repository, after: nil)
        let folders = try sandbox.git("ls-tree", "-r", "-d", "--name-only", tip.description)
        #expect(folders.split(separator: "\n").count == 256)
        #expect(try listedByGit(sandbox).count == 20_000)
        // git splits what it touches, by its own rule; the mixture is read and written on.
        let other = try sandbox.git(["hash-object", "-w", "--stdin"], input: "other")
        try sandbox.git("notes", "--ref=wfrepo", "add", "-m", "x", other)
        let notes = try NotesTree(repository, reference: "refs/notes/wfrepo")
        #expect(try notes.listed().count == 20_001)
        let more = try Repository.hash(.blob, Array("more".utf8))
        let grown = try NotesTree(repository, root: notes.setting([more: blob]))
        #expect(try grown.note(for: more) == blob)
        #expect(try Set(grown.listed().map(\.target)) == Set(grown.all().map(\.target)))
        #expect(try grown.all().count == 20_002)
    }

    @Test func oneByOneIsAsAllAtOnce() throws {
        let sandbox = try Sandbox()
        let repository = try sandbox.repository()
        let targets = try makeTargets(150, in: repository)
        let blob = try repository.writeBlob(Array("x".utf8))
        var tree: TreeID?
        for target in targets { tree = try NotesTree(repository, root: tree).setting([target: blob]) }
        var all: [ObjectID: BlobID?] = [:]
        for target in targets { all[target] = blob }
        let atOnce = try NotesTree(repository, root: nil).setting(all)
        #expect(
            try NotesTree(repository, root: tree).all().map(\.target)
                == NotesTree(repository, root: atOnce).all().map(\.target))
        var none: [ObjectID: BlobID?] = [:]
        for target in targets { none[target] = .some(nil) }
        #expect(try NotesTree(repository, root: tree).setting(none) == .empty)
        let one = try NotesTree(repository, root: tree).setting([targets[3]: nil])
        #expect(try NotesTree(repository, root: one).note(for: targets[3]) == nil)
        #expect(try NotesTree(repository, root: one).all().count == 149)
    }

    @Test func changesAreFoundWhereverTheNotesLie() throws {
        let repository = try Sandbox().repository()
        let targets = try repository.withObjectBatch(packAbove: 0) { try makeTargets(2000, in: repository) }
        let (one, two) = (try repository.writeBlob([0x31]), try repository.writeBlob([0x32]))
        let none = NotesTree(repository, root: nil)
        func set(_ notes: NotesTree, _ changes: [ObjectID: BlobID?]) throws -> NotesTree {
            NotesTree(repository, root: try repository.withObjectBatch(packAbove: 8) { try notes.setting(changes) })
        }
        func notes(_ targets: some Sequence<ObjectID>) -> [ObjectID: BlobID?] {
            Dictionary(uniqueKeysWithValues: targets.map { ($0, one) })
        }
        let few = try set(none, notes(targets[..<40]))
        // So many that the notes that were there lie in folders now.
        var later = notes(targets[40...])
        later[targets[3]] = .some(two)
        later[targets[4]] = .some(nil)
        let many = try set(few, later)
        let changes = try many.changes(since: few)
        #expect(changes.count == 1962)
        #expect(
            changes.filter { $0.old != nil }
                == [
                    NotesTree.Change(target: targets[3], old: one, new: two),
                    NotesTree.Change(target: targets[4], old: one, new: nil),
                ].sorted { $0.target < $1.target })
        #expect(changes.allSatisfy { $0.old != nil || $0.new == one })
        #expect(try many.changes(since: many).isEmpty)
        #expect(try many.changes(since: none).map(\.target) == many.all().map(\.target))
        #expect(try none.changes(since: few).allSatisfy { $0.new == nil })
    }

    @Test func readsWhatGitNotesWrites() throws {
        let sandbox = try Sandbox()
        let repository = try sandbox.repository()
        let targets = try makeTargets(250, in: repository)
        let blob = try repository.writeBlob(Array("by git\n".utf8))
        let input = targets.map { "\(blob) \($0)" }
        try sandbox.git("notes", "--ref=wfrepo", "add", "-C", blob.description, targets[0].description)
        let copies = targets.dropFirst().map { "\(targets[0]) \($0)\n" }.joined()
        try sandbox.git(["notes", "--ref=wfrepo", "copy", "--stdin"], input: copies)
        let notes = try NotesTree(repository, reference: "refs/notes/wfrepo")
        #expect(lines(try notes.all()) == input.sorted())
        #expect(lines(try notes.listed()) == input.sorted())
        for target in targets { #expect(try notes.note(for: target) == blob) }
        #expect(try notes.note(for: .zero) == nil)
        #expect(try NotesTree(repository, reference: "refs/notes/none").all().isEmpty)
    }

    @Test func readsAFlatNoteBesideAFolderOfItsPrefix() throws {
        let sandbox = try Sandbox()
        let repository = try sandbox.repository()
        let blob = try repository.writeBlob(Array("x".utf8))
        let flat = try #require(ObjectID("ab11111111111111111111111111111111111111"))
        let folded = try #require(ObjectID("ab22222222222222222222222222222222222222"))
        let stranger = "README"
        let inner = try repository.writeTree([
            TreeEntry(name: String(folded.description.dropFirst(2)), mode: .blob, id: blob.object)
        ])
        let root = try repository.writeTree([
            TreeEntry(name: "ab", mode: .tree, id: inner.object),
            TreeEntry(name: flat.description, mode: .blob, id: blob.object),
            TreeEntry(name: stranger, mode: .blob, id: blob.object),
        ])
        let notes = NotesTree(repository, root: root)
        #expect(try notes.note(for: flat) == blob)
        #expect(try notes.note(for: folded) == blob)
        #expect(try notes.all().count == 2)
        let other = try repository.writeBlob(Array("y".utf8))
        let changed = try notes.setting([flat: other])
        #expect(try NotesTree(repository, root: changed).note(for: flat) == other)
        #expect(try NotesTree(repository, root: changed).all().count == 2)
        #expect(try repository.entry(at: stranger, in: changed)?.id == blob.object)
        try record(changed, in: repository, after: nil)
        #expect(try sandbox.git("notes", "--ref=wfrepo", "list", flat.description) == other.description)
    }

    @Test func batchesAreLooseOrOnePack() throws {
        let sandbox = try Sandbox()
        let repository = try sandbox.repository()
        func counts() throws -> String {
            try sandbox.git("count-objects", "-v").split(separator: "\n")
                .filter { $0.hasPrefix("count:") || $0.hasPrefix("in-pack:") || $0.hasPrefix("packs:") }.joined(
                    separator: " ")
        }
        try repository.withObjectBatch(packAbove: 3) { _ = try makeTargets(3, in: repository) }
        #expect(try counts() == "count: 3 in-pack: 0 packs: 0")
        let large = [UInt8](repeating: 7, count: 100_000)
        let ids = try repository.withObjectBatch(packAbove: 3) {
            let blob = try repository.writeBlob(large)
            #expect(try repository.blob(blob) == large)
            return try [blob.object] + (100..<140).map { try repository.write(.blob, Array("\($0)".utf8)) }
        }
        #expect(try counts() == "count: 3 in-pack: 41 packs: 1")
        for id in ids { #expect(try sandbox.git("cat-file", "-t", id.description) == "blob") }
        #expect(try repository.blob(BlobID(ids[0])) == large)
        let kept = try counts()
        let error = #expect(throws: GitError.self) {
            try repository.withObjectBatch(packAbove: 0) {
                _ = try repository.writeBlob(Array("never".utf8))
                throw GitError(.other, "stop", nil, "on purpose")
            }
        }
        #expect(error?.message == "on purpose")
        #expect(try counts() == kept)
        try sandbox.git("fsck", "--strict")
    }
}
