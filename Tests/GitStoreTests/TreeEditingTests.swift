import GitStore
import Testing

@Suite struct TreeEditingTests {
    private let blob = "ce013625030ba8dba906f756967f9e9ca394464a"  // hello\n

    @Test func editsAsGitDoes() throws {
        let sandbox = try Sandbox()
        try sandbox.commit([
            "a": "1", "a.b": "2", "a0": "3", "workflows/x.yaml": "x", "workflows/deep/er/y.yaml": "y", "z/only": "z",
        ])
        let repository = try sandbox.repository()
        let base = try sandbox.tree()
        let hello = try repository.writeBlob(Array("hello\n".utf8))
        let edited = try repository.editTree(
            base,
            [
                .file("workflows/deep/er/new.yaml", hello), .remove("z/only"), .remove("a"), .file("a/b/c", hello),
                TreeChange(path: "workflows/x.yaml", .put(.executable, hello.object)), .remove("not/there"),
            ])
        // The same edit with git's own index.
        try sandbox.git("rm", "-q", "a", "z/only")
        for path in ["workflows/deep/er/new.yaml", "a/b/c"] {
            try sandbox.git("update-index", "--add", "--cacheinfo", "100644,\(blob),\(path)")
        }
        try sandbox.git("update-index", "--cacheinfo", "100755,\(blob),workflows/x.yaml")
        #expect(try sandbox.git("write-tree") == edited.description)
    }

    @Test func emptyFoldersVanish() throws {
        let sandbox = try Sandbox()
        try sandbox.commit(["a/b/c/d": "1"])
        let repository = try sandbox.repository()
        let base = try sandbox.tree()
        #expect(try repository.editTree(base, [.remove("a/b/c/d")]) == .empty)
        #expect(try repository.editTree(base, []) == base)
        #expect(try repository.editTree(base, [.remove("a/b/c/d/e")]) == base)
        #expect(try repository.editTree(nil, []) == .empty)
    }

    @Test func refusesWhatMakesNoTree() throws {
        let sandbox = try Sandbox()
        let repository = try sandbox.repository()
        let hello = try repository.writeBlob(Array("hello\n".utf8))
        let both = #expect(throws: GitError.self) {
            try repository.editTree(nil, [.file("a", hello), .file("a/b", hello)])
        }
        #expect(both?.code == .conflict)
        for path in ["../x", "a//b", "/a", ".git/config", "a/", ""] {
            let error = #expect(throws: GitError.self) { try repository.editTree(nil, [.file(path, hello)]) }
            #expect(error?.code == .invalidName, "\(path)")
        }
        let missing = #expect(throws: GitError.self) {
            try repository.editTree(nil, [.file("a", BlobID(.zero))])
        }
        #expect(missing?.code == .notFound)
    }

    @Test func aSubmoduleIsNotReplacedByAFolder() throws {
        let sandbox = try Sandbox()
        try sandbox.commit(["a": "1"])
        try sandbox.git(
            "update-index", "--add", "--cacheinfo", "160000,\(try sandbox.git("rev-parse", "HEAD")),team/sub")
        try sandbox.git("commit", "-qm", "Submodule")
        let repository = try sandbox.repository()
        let base = try sandbox.tree()
        let hello = try repository.writeBlob(Array("hello\n".utf8))
        let error = #expect(throws: GitError.self) { try repository.editTree(base, [.file("team/sub/b", hello)]) }
        #expect(error?.code == .conflict && error?.object == "team/sub")
        #expect(try repository.editTree(base, [.remove("team/sub/b")]) == base)
        let replaced = try repository.editTree(base, [.remove("team/sub"), .file("team/sub/b", hello)])
        #expect(try sandbox.git("ls-tree", "-r", "--name-only", replaced.description) == "a\nteam/sub/b")
    }

    @Test func manyChangesInOneFolder() throws {
        let sandbox = try Sandbox()
        let repository = try sandbox.repository()
        let hello = try repository.writeBlob(Array("hello\n".utf8))
        let base = try repository.editTree(nil, (0..<500).map { .file("w/f\($0)", hello) })
        let half = try repository.editTree(base, (0..<500).filter { $0 % 2 == 0 }.map { .remove("w/f\($0)") })
        #expect(try repository.files(in: half).count == 250)
        #expect(try sandbox.git("ls-tree", "-r", "--name-only", half.description).split(separator: "\n").count == 250)
        try sandbox.git("fsck", "--strict")
    }

    @Test func findsWhatDiffersAsGitDoes() throws {
        let sandbox = try Sandbox()
        try sandbox.commit(["a": "1", "b/c": "2", "b/d": "3", "same/x": "4", "turns": "5", "old/file": "6"])
        let from = try sandbox.tree()
        try sandbox.git("rm", "-q", "turns", "old/file")
        try sandbox.commit(["a": "changed", "b/e": "new", "turns/into/folder": "7"])
        let to = try sandbox.tree()
        let repository = try sandbox.repository()
        let changes = try repository.changedPaths(from: from, to: to)
        let letters = changes.map { change in
            "\(change.old == nil ? "A" : change.new == nil ? "D" : "M")\t\(change.path)"
        }
        let byGit = try sandbox.git(
            "diff-tree", "-r", "--no-renames", "--name-status", from.description, to.description)
        #expect(letters.sorted() == byGit.split(separator: "\n").map(String.init).sorted())
        #expect(letters.contains("M\ta") && letters.contains("D\tturns") && letters.contains("A\tturns/into/folder"))
        #expect(try repository.changedPaths(from: from, to: to, under: "b").map(\.path) == ["b/e"])
        #expect(try repository.changedPaths(from: from, to: from).isEmpty)
        #expect(try repository.changedPaths(from: nil, to: from).count == 6)
        #expect(try repository.changedPaths(from: from, to: nil).allSatisfy { $0.new == nil })
    }
}
