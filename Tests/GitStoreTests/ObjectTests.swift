import GitStore
import Testing

@Suite struct ObjectTests {
    @Test func idsAreFortyHexadecimalDigits() throws {
        let id = try #require(ObjectID("4B825DC642CB6EB9A060E54BF8D69288FBEE4904"))
        #expect(id.description == "4b825dc642cb6eb9a060e54bf8d69288fbee4904")
        #expect(id.short() == "4b825dc")
        #expect(id.bytes.first == 0x4b)
        for wrong in [
            "", "4b825dc", "4b825dc642cb6eb9a060e54bf8d69288fbee490g", "4b825dc642cb6eb9a060e54bf8d69288fbee49040",
        ] {
            #expect(ObjectID(wrong) == nil)
        }
        #expect(try #require(ObjectID(String(repeating: "0", count: 39) + "1")) > .zero)
    }

    // The ids are git's own: `printf 'hello\n' | git hash-object --stdin` and the empty blob.
    @Test func hashesAsGitDoes() throws {
        #expect(
            try Repository.hash(.blob, Array("hello\n".utf8)).description == "ce013625030ba8dba906f756967f9e9ca394464a")
        #expect(try Repository.hash(.blob, []).description == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")
        #expect(try Repository.hash(.tree, []) == TreeID.empty.object)
    }

    @Test func gitReadsWhatIsWritten() throws {
        let sandbox = try Sandbox()
        let repository = try sandbox.repository()
        let blob = try repository.writeBlob(Array("hello\n".utf8))
        let empty = try repository.writeBlob([])
        let inner = try repository.writeTree([TreeEntry(name: "run.sh", mode: .executable, id: blob.object)])
        let tree = try repository.writeTree([
            TreeEntry(name: "a", mode: .tree, id: inner.object), TreeEntry(name: "a.b", mode: .blob, id: empty.object),
            TreeEntry(name: "link", mode: .symlink, id: blob.object),
        ])
        let commit = try repository.writeCommit(
            tree: tree, parents: [], author: Sandbox.ada, committer: Sandbox.ada, message: "First")
        try repository.updateReference("refs/heads/main", to: commit.object, expecting: .absent, message: "commit")

        #expect(try sandbox.git("cat-file", "blob", blob.description) == "hello")
        // a.b sorts before the folder a, as git has it.
        #expect(try sandbox.git("ls-tree", "-r", "--name-only", "main") == "a.b\na/run.sh\nlink")
        #expect(
            try sandbox.git("log", "--format=%an <%ae> %ad %s", "--date=raw", "main")
                == "Ada <ada@example.org> 1700000000 +0100 First")
        try sandbox.git("fsck", "--strict")
        // The same as git writes for the same content.
        let byGit = try sandbox.git("commit-tree", "-m", "First", tree.description)
        #expect(commit.description == byGit)
    }

    @Test func readsWhatGitWrites() throws {
        let sandbox = try Sandbox()
        let first = try sandbox.commit(
            ["workflows/deploy.yaml": "steps: []\n", "README": "hi\n"], "One\n\nBody line.\n\nReason: why not\nRun: 7\n"
        )
        let second = try sandbox.commit(["README": "ho\n"], "Two")
        let repository = try sandbox.repository()
        let commit = try repository.commit(first)
        #expect(commit.subject == "One")
        #expect(commit.body == "Body line.\n\nReason: why not\nRun: 7")
        #expect(commit.trailers.map(\.key) == ["Reason", "Run"])
        #expect(commit.trailer("reason") == "why not")
        #expect(commit.author == Sandbox.ada)
        #expect(commit.parents.isEmpty)
        #expect(!commit.hasSignature)
        let links = try repository.links(of: second)
        #expect(links.parents == [first])
        #expect(links.seconds == 1_700_000_000)
        #expect(try links.tree == sandbox.tree("main"))
        let entry = try #require(try repository.entry(at: "workflows/deploy.yaml", in: commit.tree))
        #expect(entry.mode == .blob)
        #expect(try repository.blob(BlobID(entry.id)) == Array("steps: []\n".utf8))
        #expect(try repository.entry(at: "workflows/deploy.yaml/x", in: commit.tree) == nil)
        #expect(try repository.entry(at: "nowhere", in: commit.tree) == nil)
        #expect(try repository.files(in: commit.tree).map(\.path) == ["README", "workflows/deploy.yaml"])
        #expect(try repository.files(in: commit.tree, under: "workflows/").map(\.path) == ["workflows/deploy.yaml"])
    }

    @Test func readsNamesThatAreNoUTF8() throws {
        let sandbox = try Sandbox()
        let blob = try sandbox.git(["hash-object", "-w", "--stdin"], input: "x")
        let script = "printf '100644 blob \(blob)\\tcaf\\351\\n' | git mktree"
        let tree = try #require(
            TreeID(try sandbox.run("sh", ["-c", script]).split(separator: "\n").first.map(String.init) ?? ""))
        let repository = try sandbox.repository()
        let entries = try repository.tree(tree).entries
        #expect(entries.map(\.name) == ["caf\u{FFFD}"])
        #expect(entries.map(\.nameBytes) == [[0x63, 0x61, 0x66, 0xE9]])
        #expect(try repository.writeTree(entries) == tree)
    }

    @Test(arguments: ["", ".", "..", ".git", ".GIT", "a/b", "git~1"])
    func refusesNamesThatGitRefuses(name: String) throws {
        let sandbox = try Sandbox()
        let repository = try sandbox.repository()
        let blob = try repository.writeBlob([1])
        let error = #expect(throws: GitError.self) {
            try repository.writeTree([TreeEntry(name: name, mode: .blob, id: blob.object)])
        }
        #expect(error?.code == .invalidName)
    }

    @Test func saysWhatIsWrongWithAnObject() throws {
        let sandbox = try Sandbox()
        try sandbox.commit(["a": "1"])
        let repository = try sandbox.repository()
        let missing = try #require(ObjectID("1111111111111111111111111111111111111111"))
        #expect(!repository.exists(missing))
        #expect(throws: GitError.self) { try repository.object(missing) }
        let tree = try sandbox.tree()
        let error = #expect(throws: GitError.self) { try repository.blob(BlobID(tree.object)) }
        #expect(error?.description == "cannot read blob \(tree): it is a tree")
        let dangling = #expect(throws: GitError.self) {
            try repository.writeCommit(
                tree: tree, parents: [CommitID(missing)], author: Sandbox.ada, committer: Sandbox.ada, message: "x")
        }
        #expect(dangling?.code == .notFound)
        let injected = Signature(name: "A\nparent 0", email: "a@b", seconds: 0)
        let refused = #expect(throws: GitError.self) {
            try repository.writeCommit(tree: tree, parents: [], author: injected, committer: Sandbox.ada, message: "x")
        }
        #expect(refused?.code == .invalid)
    }

    @Test func aMissingObjectIsNamedAlsoWhereARemoteMightHavePromisedIt() throws {
        let sandbox = try Sandbox()
        try sandbox.git("remote", "add", "origin", "/nowhere")
        let repository = try sandbox.repository()
        repository.fetchPromisedObjects(environment: [:])
        let id = try #require(ObjectID(String(repeating: "1", count: 40)))
        let error = #expect(throws: GitError.self) { try repository.blob(BlobID(id)) }
        #expect(error?.code == .notFound)
        #expect(error?.message.contains("no match for id") == true, "\(error.debugDescription)")
    }

    @Test func aTreeWithMalformedBytesIsCorrupt() throws {
        let sandbox = try Sandbox()
        let repository = try sandbox.repository()
        for bytes in [Array("100644 a".utf8), Array("100644 a\u{0}short".utf8), Array("9 a\u{0}".utf8), [0, 1, 2]] {
            let id = TreeID(try repository.write(.tree, bytes))
            let error = #expect(throws: GitError.self) { try repository.tree(id) }
            #expect(error?.code == .corrupt)
        }
    }

    @Test func anObjectUnderAnothersNameIsCorrupt() throws {
        let sandbox = try Sandbox()
        let writer = try sandbox.repository()
        let (one, other) = (try writer.writeBlob(Array("one\n".utf8)), try writer.writeBlob(Array("other\n".utf8)))
        func path(_ id: BlobID) -> String { ".git/objects/\(id.description.prefix(2))/\(id.description.dropFirst(2))" }
        try sandbox.run("cp", ["-f", path(other), path(one)])
        let error = #expect(throws: GitError.self) { try sandbox.repository().blob(one) }
        #expect(error?.code == .corrupt)
    }
}
