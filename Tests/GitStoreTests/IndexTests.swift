import Foundation
import GitStore
import Testing

@Suite struct IndexTests {
    private func staged(_ sandbox: Sandbox) throws -> String {
        try sandbox.git("ls-files", "--stage")
    }

    @Test(arguments: [2, 4]) func stagesSomePathsAndKeepsOthers(version: Int) throws {
        let sandbox = try Sandbox()
        try sandbox.commit(["a": "1", "workflows/deploy.yaml": "old\n", "workflows/other.yaml": "o", "z": "z"])
        try sandbox.git("update-index", "--index-version", "\(version)")
        try sandbox.write("z", "staged by hand")
        try sandbox.git("add", "z")
        try sandbox.write("a", "edited, not staged")
        try sandbox.write("workflows/deploy.yaml", "new\n")
        let repository = try sandbox.repository()
        let blob = try repository.writeBlob(Array("new\n".utf8))
        let tree = try repository.editTree(sandbox.tree(), [.file("workflows/deploy.yaml", blob)])
        let tip = try sandbox.tip()
        let commit = try repository.writeCommit(
            tree: tree, parents: [tip], author: Sandbox.ada, committer: Sandbox.ada, message: "save")
        try repository.stage([.file("workflows/deploy.yaml", blob)])
        try repository.updateReference(
            "refs/heads/main", to: commit.object, expecting: .exactly(tip.object), message: "commit: save")
        #expect(try sandbox.git("status", "--porcelain") == " M a\nM  z")
        // Known from its state alone: nothing to refresh.
        #expect(try sandbox.git("diff-files", "--name-only") == "a")
        #expect(try Data(contentsOf: URL(fileURLWithPath: sandbox.folder + "/.git/index"))[7] == UInt8(version))
        try sandbox.git("fsck", "--strict")
        #expect(try sandbox.git("write-tree") != tree.description)
    }

    @Test func addsRemovesAndReplaces() throws {
        let sandbox = try Sandbox()
        try sandbox.commit(["a": "1", "dir/x": "2", "dir/y": "3", "file": "4"])
        let repository = try sandbox.repository()
        let hello = try repository.writeBlob(Array("hello\n".utf8))
        try repository.stage([.remove("a"), .file("dir", hello), .file("file/below", hello), .file("new/er", hello)])
        let expected = try repository.editTree(
            sandbox.tree(), [.remove("a"), .remove("dir/x"), .remove("dir/y"), .remove("file"), .file("dir", hello)])
        let all = try repository.editTree(expected, [.file("file/below", hello), .file("new/er", hello)])
        #expect(try sandbox.git("write-tree") == all.description)
        #expect(try repository.stagedEntries().map(\.path) == ["dir", "file/below", "new/er"])
        #expect(try repository.stagedEntries(under: "new").map(\.id) == [hello.object])
    }

    @Test func startsAnIndexAndHonoursAnother() throws {
        let sandbox = try Sandbox()
        let repository = try sandbox.repository()
        let hello = try repository.writeBlob(Array("hello\n".utf8))
        try sandbox.write("a", "hello\n")
        try repository.stage([.file("a", hello)])
        #expect(try sandbox.git("status", "--porcelain") == "A  a")
        let other = sandbox.folder + "/.git/next-index"
        let chosen = try Repository.open(
            gitDirectory: sandbox.folder + "/.git", workTree: sandbox.folder, indexFile: other)
        #expect(try chosen.stagedEntries().isEmpty)
        try chosen.stage([.file("b", hello)])
        #expect(try sandbox.git(["ls-files"], extra: ["GIT_INDEX_FILE": other]) == "b")
        #expect(try sandbox.git("ls-files") == "a")
    }

    @Test func resolvesAConflict() throws {
        let sandbox = try Sandbox()
        try sandbox.commit(["a": "1"])
        try sandbox.git("checkout", "-q", "-b", "side")
        try sandbox.commit(["a": "side"])
        try sandbox.git("checkout", "-q", "main")
        try sandbox.commit(["a": "main"])
        _ = try? sandbox.git("merge", "side")
        let repository = try sandbox.repository()
        #expect(repository.state == .merge)
        #expect(try repository.stagedEntries().map(\.stage) == [1, 2, 3])
        #expect(try repository.status(of: ["a"]).map(\.staged) == [.conflicted])
        let hello = try repository.writeBlob(Array("hello\n".utf8))
        try repository.stage([.file("a", hello)])
        #expect(try staged(sandbox) == "100644 \(hello) 0\ta")
    }

    @Test func aLockedIndexIsNamedAndKept() throws {
        let sandbox = try Sandbox()
        try sandbox.commit(["a": "1"])
        try sandbox.write(".git/index.lock", "")
        let repository = try sandbox.repository()
        let error = #expect(throws: GitError.self) { try repository.stage([.remove("a")]) }
        #expect(error?.code == .locked)
        #expect(error?.hint?.contains("index.lock") == true)
        #expect(sandbox.exists(".git/index.lock"))
        #expect(try staged(sandbox).hasSuffix("\ta"))
    }

    @Test func writersThatRaceLoseNothing() async throws {
        let sandbox = try Sandbox()
        let hello = try sandbox.repository().writeBlob(Array("hello\n".utf8))
        let folder = sandbox.folder
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    let repository = try Repository.open(folder)
                    for round in 0..<8 { try repository.stage([.file("w\(writer)/\(round)", hello)]) }
                }
            }
            try await group.waitForAll()
        }
        for round in 0..<4 { try sandbox.git("update-index", "--add", "--cacheinfo", "100644,\(hello),git/\(round)") }
        try sandbox.repository().stage([.remove("git/0")])
        let ours = (0..<4).flatMap { writer in (0..<8).map { "w\(writer)/\($0)" } }
        let expected = ["git/1", "git/2", "git/3"] + ours
        #expect(try sandbox.git("ls-files").split(separator: "\n").map(String.init) == expected)
    }

    @Test func saysWhichIndexesItCannotRead() throws {
        let sandbox = try Sandbox()
        try sandbox.commit(["a": "1", "b": "2"])
        try sandbox.git("update-index", "--split-index")
        let repository = try sandbox.repository()
        let split = #expect(throws: GitError.self) { try repository.stagedEntries() }
        #expect(split?.code == .unsupported)
        #expect(split?.hint == "git config core.splitIndex false && git update-index --no-split-index")
        for bytes in ["", "DIRC", "garbage that is longer than thirty-two bytes, at least"] {
            try sandbox.write(".git/index", bytes)
            if bytes.isEmpty { continue }
            let error = #expect(throws: GitError.self) { try repository.stagedEntries() }
            #expect(error?.code == .corrupt)
        }
    }

    @Test func anIndexCutAnywhereIsNoCrash() throws {
        let sandbox = try Sandbox()
        try sandbox.commit(["a": "1", "dir/b": "2"])
        let path = sandbox.folder + "/.git/index"
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        let repository = try sandbox.repository()
        for length in stride(from: 1, to: whole.count, by: 7) {
            try whole.prefix(length).write(to: URL(fileURLWithPath: path))
            _ = try? repository.stagedEntries()
        }
        for position in stride(from: 0, to: whole.count, by: 3) {
            var changed = whole
            changed[position] ^= 0xFF
            try changed.write(to: URL(fileURLWithPath: path))
            _ = try? repository.stagedEntries()
        }
    }

    @Test func statusIsGits() throws {
        let sandbox = try Sandbox()
        try sandbox.commit([".gitignore": "*.log\nbuild/\n", "a": "1", "b": "2", "c": "3", "dir/d": "4", "dir/e": "5"])
        try sandbox.write("a", "changed")
        try sandbox.git("rm", "-q", "--cached", "b")
        try sandbox.git("rm", "-q", "c")
        try sandbox.write("dir/new", "6")
        try sandbox.write("dir/noise.log", "7")
        try sandbox.write("build/out", "8")
        try sandbox.write("dir/d", "staged")
        try sandbox.git("add", "dir/d")
        try sandbox.write("added", "9")
        try sandbox.git("add", "added")
        try sandbox.run("chmod", ["+x", "dir/e"])
        let repository = try sandbox.repository()
        let letters: [FileChange?: String] = [
            nil: " ", .added: "A", .modified: "M", .removed: "D", .untracked: "?", .typeChanged: "T", .conflicted: "U",
        ]
        var lines: [String] = []
        for status in try repository.status() {
            if status.unstaged == .untracked {
                if status.staged != nil { lines.append("\(letters[status.staged] ?? "")  \(status.path)") }
                lines.append("?? \(status.path)")
            } else {
                lines.append("\(letters[status.staged] ?? "")\(letters[status.unstaged] ?? "") \(status.path)")
            }
        }
        let byGit = try sandbox.run("git", ["status", "--porcelain", "--untracked-files=all"])
        #expect(lines.sorted() == byGit.split(separator: "\n").map(String.init).sorted())
        #expect(try repository.status(of: ["dir/d", "a"]).map(\.path) == ["a", "dir/d"])
        #expect(try repository.status(under: "dir").map(\.path) == ["dir/d", "dir/e", "dir/new"])
        #expect(try repository.status(of: ["nowhere"]).isEmpty)
        #expect(try repository.isIgnored("x.log"))
        #expect(try !repository.isIgnored("x.yaml"))
    }

    @Test func aBareRepositoryHasNoStatus() throws {
        let sandbox = try Sandbox(["init", "-q", "--bare", "-b", "main"])
        let repository = try sandbox.repository()
        #expect(repository.isBare)
        let error = #expect(throws: GitError.self) { try repository.status() }
        #expect(error?.code == .invalid)
    }
}

@Suite struct ConversionTests {
    @Test func attributesDecideWhatIsModified() throws {
        let sandbox = try Sandbox()
        try sandbox.commit([".gitattributes": "*.txt text eol=crlf\n", "a.txt": "1\r\n2\r\n", "b.bin": "1\n"])
        // The same text, another time and inode: only the content can tell.
        try sandbox.run("sh", ["-c", "cp a.txt c && rm a.txt && mv c a.txt && touch -d 2001-01-01 a.txt"])
        let repository = try sandbox.repository()
        #expect(try repository.status(of: ["a.txt"]).isEmpty)
        #expect(try sandbox.git("status", "--porcelain") == "")
        try sandbox.write("a.txt", "changed\r\n")
        #expect(try repository.status(of: ["a.txt"]).map(\.unstaged) == [.modified])
    }

    /// git compares whole seconds, and looks at the content only of what was changed in the second of the index or later.
    @Test func aChangeInTheSameSecondIsSeenOnceTheIndexIsWrittenAnew() throws {
        let sandbox = try Sandbox()
        try sandbox.git("config", "core.trustctime", "false")
        try sandbox.run("sh", ["-c", "echo 1 >a; echo 1 >same; touch -d @1700000000.1 a same; git add a same"])
        try sandbox.run("touch", ["-d", "@1700000000.2", ".git/index"])
        try sandbox.run("sh", ["-c", "echo 2 >a; touch -d @1700000000.3 a"])
        #expect(try sandbox.git("diff", "--name-only") == "a")
        let repository = try sandbox.repository()
        try repository.stage([.file("b", repository.writeBlob([]))])
        #expect(try sandbox.git("diff", "--name-only") == "a\nb")
        #expect(try repository.status().first { $0.path == "a" }?.unstaged == .modified)
    }

    @Test func aChangeInTheSameInstantIsSeen() throws {
        let sandbox = try Sandbox()
        try sandbox.commit(["a": "1", "b": "1"])
        let repository = try sandbox.repository()
        _ = try repository.stagedEntries()
        // The file changes after it was staged, with the same size and the very time of the index.
        try sandbox.run("sh", ["-c", "git add a && printf 2 > a && touch -r a .git/index"])
        #expect(try repository.status(of: ["a"]).map(\.unstaged) == [.modified])
        try repository.stage([.file("b", try repository.writeBlob(Array("2".utf8)))])
        #expect(try sandbox.git("status", "--porcelain").split(separator: "\n").first == " M a")
    }
}
