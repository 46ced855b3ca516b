import Foundation
import GitStore
import Testing

@Suite struct OpeningTests {
    @Test func discoversUpwards() throws {
        let sandbox = try Sandbox()
        try sandbox.write("deep/er/file", "x")
        let repository = try Repository.discover(from: sandbox.folder + "/deep/er")
        #expect(
            repository.workTree?.hasSuffix(sandbox.folder.split(separator: "/").last.map { $0 + "/" } ?? "?") == true)
        #expect(repository.state == .clean)
        #expect(throws: GitError.self) { try Repository.open(sandbox.folder + "/deep/er") }
        let stopped = #expect(throws: GitError.self) {
            try Repository.discover(from: sandbox.folder + "/deep/er", ceilings: [sandbox.folder + "/deep"])
        }
        #expect(stopped?.code == .notARepository)
    }

    @Test func makesWhatGitMakes() throws {
        let sandbox = try Sandbox(nil)
        let repository = try Repository.initialize(at: sandbox.folder + "/new/one", initialBranch: "trunk")
        #expect(try repository.head == .branch(name: "trunk", tip: nil))
        #expect(try sandbox.git(["status", "--porcelain"], in: sandbox.folder + "/new/one") == "")
        let bare = try Repository.initialize(at: sandbox.folder + "/bare", bare: true)
        #expect(bare.isBare && bare.workTree == nil)
        try sandbox.git(["fsck", "--strict"], in: sandbox.folder + "/bare")
    }

    @Test(arguments: ["bad..name", "a b", "-x", "x.lock", ""]) func nothingIsMadeForABranchThatCannotBe(branch: String)
        throws
    {
        let sandbox = try Sandbox(nil)
        let path = sandbox.folder + "/new"
        let error = #expect(throws: GitError.self) { try Repository.initialize(at: path, initialBranch: branch) }
        #expect(error?.code == .invalidName)
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func linkedWorktreesShareReferences() throws {
        let sandbox = try Sandbox()
        let tip = try sandbox.commit(["a": "1"])
        let linked = sandbox.folder + "-linked"
        defer { try? FileManager.default.removeItem(atPath: linked) }
        try sandbox.git("worktree", "add", "-q", "-b", "side", linked)
        let repository = try Repository.open(linked)
        #expect(repository.isLinkedWorktree)
        #expect(repository.gitDirectory != repository.commonDirectory)
        #expect(try repository.head == .branch(name: "side", tip: tip))
        try repository.updateReference("refs/notes/n", to: tip.object, expecting: .absent, message: "n")
        #expect(try sandbox.object("refs/notes/n") == tip.object)
        let hello = try repository.writeBlob(Array("hello\n".utf8))
        try repository.stage([.file("only-here", hello)])
        #expect(try sandbox.git(["ls-files"], in: linked) == "a\nonly-here")
        #expect(try sandbox.git("ls-files") == "a")
    }

    @Test func readsAQuarantine() throws {
        let sandbox = try Sandbox()
        try sandbox.commit(["a": "1"])
        let quarantine = sandbox.folder + "/.git/quarantine"
        try FileManager.default.createDirectory(atPath: quarantine, withIntermediateDirectories: true)
        let id = try sandbox.git(
            ["hash-object", "-w", "--stdin"], input: "pushed",
            extra: [
                "GIT_OBJECT_DIRECTORY": quarantine,
                "GIT_ALTERNATE_OBJECT_DIRECTORIES": sandbox.folder + "/.git/objects",
            ])
        let pushed = try #require(ObjectID(id))
        let repository = try Repository.open(
            gitDirectory: sandbox.folder + "/.git", objectDirectory: quarantine,
            alternates: [sandbox.folder + "/.git/objects"])
        #expect(repository.exists(pushed))
        #expect(try repository.exists(sandbox.tip().object))
        #expect(try !sandbox.repository().exists(pushed))
    }

    @Test func saysWhatItCannotOpen() throws {
        let sandbox = try Sandbox(nil)
        let none = #expect(throws: GitError.self) { try Repository.open(sandbox.folder) }
        #expect(none?.code == .notARepository)
        #expect(none?.hint == "create one: git init \(sandbox.folder)")
        try sandbox.git("init", "-q", "--object-format=sha256", "long")
        let long = #expect(throws: GitError.self) { try Repository.open(sandbox.folder + "/long") }
        #expect(long?.code == .unsupported)
        #expect(long?.hint?.contains("SHA-256") == true)
        try sandbox.git("init", "-q", "table")
        for (key, value) in [("core.repositoryFormatVersion", "1"), ("extensions.refStorage", "reftable")] {
            try sandbox.git(["config", key, value], in: sandbox.folder + "/table")
        }
        let table = #expect(throws: GitError.self) { try Repository.open(sandbox.folder + "/table") }
        #expect(table?.code == .unsupported)
        #expect(table?.hint?.contains("reftable") == true)
    }

    @Test func opensWhatHarmlessExtensionsMark() throws {
        let sandbox = try Sandbox()
        let tip = try sandbox.commit(["a": "1"])
        try sandbox.git("config", "core.repositoryFormatVersion", "1")
        try sandbox.git("config", "extensions.preciousObjects", "true")
        try sandbox.git("config", "extensions.worktreeConfig", "true")
        #expect(try sandbox.repository().head.tip == tip)
    }

    @Test(.enabled(if: getuid() == 0)) func saysHowToTrustSomebodyElsesRepository() throws {
        let sandbox = try Sandbox()
        try sandbox.run("chown", ["-R", "65534:65534", sandbox.folder])
        let error = #expect(throws: GitError.self) { try sandbox.repository() }
        #expect(error?.code == .notOwned)
        #expect(error?.hint == "if you trust it: git config --global --add safe.directory '\(sandbox.folder)'")
    }
}
