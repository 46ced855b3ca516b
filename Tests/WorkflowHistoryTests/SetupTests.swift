import Foundation
import GitStore
import Testing
import WorkflowHistory

@Suite struct SetupTests {
    private static let shim = Array("#!/bin/sh\n# wfrepo-hook: 1\nexit 0\n".utf8)
    private static let shims = Dictionary(uniqueKeysWithValues: HookName.allCases.map { ($0, shim) })

    private func options(_ scratch: Scratch) -> RepositorySetup.Options {
        RepositorySetup.Options(
            hooks: Self.shims, program: "/opt/wfrepo", home: scratch.root, machine: "m",
            settings: [("diff.wfrepo.textconv", "wfrepo textconv")], attributes: ["workflows/**/*.yaml diff=wfrepo"])
    }

    @Test func setsUpAFolderOnceAndSaysWhatItDid() throws {
        let scratch = try Scratch()
        let path = scratch.root + "/new/place"
        let (repository, steps) = try RepositorySetup(options(scratch)).apply(to: path)
        #expect(steps.allSatisfy { !$0.isDone })
        #expect(repository.workTree == path + "/")
        #expect(try scratch.git(["config", "notes.displayRef"], in: path) == "refs/notes/wfrepo/runs/*")
        #expect(try scratch.git(["config", "wfrepo.program"], in: path) == "/opt/wfrepo")
        #expect(try scratch.git(["symbolic-ref", "HEAD"], in: path) == "refs/heads/main")
        #expect(FileManager.default.fileExists(atPath: path + "/workflows"))
        #expect(FileManager.default.isExecutableFile(atPath: path + "/.git/hooks/pre-commit"))
        let (_, again) = try RepositorySetup(options(scratch)).apply(to: path)
        #expect(!again.contains { !$0.isDone })
        #expect(try scratch.git(["config", "--get-all", "notes.displayRef"], in: path) == "refs/notes/wfrepo/runs/*")
        #expect(
            try String(contentsOfFile: path + "/.gitattributes", encoding: .utf8) == "workflows/**/*.yaml diff=wfrepo\n"
        )
    }

    @Test func keepsWhatIsThere() throws {
        let scratch = try Scratch()
        try scratch.git("config notes.displayRef refs/notes/mine")
        try scratch.write("* text=auto", ".gitattributes")
        let setup = RepositorySetup(options(scratch))
        let before = try setup.plan(scratch.workflows().repository)
        #expect(before.contains { $0.subject == .cloneID && !$0.isDone })
        _ = try setup.apply(scratch.workflows().repository)
        #expect(try scratch.git("config --get-all notes.displayRef") == "refs/notes/mine\nrefs/notes/wfrepo/runs/*")
        #expect(try scratch.read(".gitattributes") == "* text=auto\nworkflows/**/*.yaml diff=wfrepo\n")
    }

    @Test func chainsAHookThatWasThereAndPutsItBack() throws {
        let scratch = try Scratch()
        try scratch.hook("pre-commit", "#!/bin/sh\necho theirs\n")
        let installer = try HookInstaller(scratch.workflows().repository, files: Self.shims, home: nil)
        #expect(try installer.status().first { $0.hook == .preCommit }?.state == .foreign)
        let actions = try installer.install()
        #expect(actions.first { $0.hook == .preCommit }?.kind == .chained)
        #expect(try scratch.read(".git/hooks/pre-commit.before-wfrepo") == "#!/bin/sh\necho theirs\n")
        #expect(try installer.status().allSatisfy { $0.state == .installed })
        #expect(try installer.install().isEmpty)
        // A hook of an older version is brought up to date, and the chained one stays.
        try scratch.hook("pre-commit", "#!/bin/sh\n# wfrepo-hook: 0\n")
        #expect(try installer.install().map(\.kind) == [.updated])
        #expect(try installer.uninstall().first { $0.hook == .preCommit }?.kind == .restored)
        #expect(try scratch.read(".git/hooks/pre-commit") == "#!/bin/sh\necho theirs\n")
        #expect(!FileManager.default.fileExists(atPath: scratch.path + "/.git/hooks/post-commit"))
    }

    @Test func leavesAFolderAloneThatServesOtherRepositories() throws {
        let scratch = try Scratch()
        try scratch.git("config core.hooksPath \(scratch.root)/shared-hooks")
        let installer = try HookInstaller(scratch.workflows().repository, files: Self.shims, home: nil)
        #expect { try installer.install() } throws: { ($0 as? HistoryError)?.code == .notOurs }
        #expect(!FileManager.default.fileExists(atPath: scratch.root + "/shared-hooks"))
    }

    @Test func installsWhereTheRepositoryItselfSays() throws {
        let scratch = try Scratch()
        try scratch.git("config core.hooksPath .githooks")
        _ = try HookInstaller(scratch.workflows().repository, files: Self.shims, home: nil).install()
        #expect(FileManager.default.isExecutableFile(atPath: scratch.path + "/.githooks/post-commit"))
    }

    @Test func sharesHooksAndCloneIDWithLinkedWorktrees() throws {
        let scratch = try Scratch()
        try scratch.commit(["readme": "1"])
        try scratch.git("worktree add -q --detach ../other")
        let main = try scratch.workflows().repository
        let other = try scratch.workflows(at: scratch.root + "/other").repository
        _ = try HookInstaller(other, files: Self.shims, home: nil).install()
        #expect(try HookInstaller(main, files: Self.shims, home: nil).status().allSatisfy { $0.state == .installed })
        #expect(try CloneID.ensure(in: main, machine: "m") == CloneID.ensure(in: other, machine: "m"))
    }

    @Test func givesACopyAnIDOfItsOwn() throws {
        let scratch = try Scratch()
        let id = try CloneID.ensure(in: scratch.workflows().repository, machine: "m")
        #expect(try CloneID.ensure(in: scratch.workflows().repository, machine: "m") == id)
        #expect(try CloneID.existing(in: scratch.workflows().repository, machine: "another machine") == nil)
        try scratch.run("cp -r \(scratch.path) \(scratch.root)/copy")
        let copy = try scratch.workflows(at: scratch.root + "/copy").repository
        #expect(try CloneID.existing(in: copy, machine: "m") == nil)
        #expect(try CloneID.ensure(in: copy, machine: "m") != id)
    }

    @Test func knowsAnIDThatWasChanged() throws {
        let scratch = try Scratch()
        let repository = try scratch.workflows().repository
        #expect(try CloneID.isIntact(in: repository))
        let id = try CloneID.ensure(in: repository, machine: "m")
        let file = scratch.path + "/.git/wfrepo/clone-id"
        let sound = try Array(Data(contentsOf: URL(filePath: file)))
        for place in sound.indices.dropLast() {
            var bytes = sound
            bytes[place] ^= 1
            try Data(bytes).write(to: URL(filePath: file))
            #expect(try !CloneID.isIntact(in: repository), "byte \(place)")
            #expect(try CloneID.existing(in: repository, machine: "m") == nil, "byte \(place)")
        }
        // Earlier versions wrote no sum.
        let lines = String(decoding: sound, as: UTF8.self).split(separator: "\n").prefix(3)
        try (lines.joined(separator: "\n") + "\n").write(toFile: file, atomically: false, encoding: .utf8)
        #expect(try CloneID.isIntact(in: repository) && CloneID.existing(in: repository, machine: "m") == id)
    }

    @Test func trustsOneFolderAndNoOtherOfItsPath() throws {
        let scratch = try Scratch()
        let store = TrustStore(path: scratch.root + "/state/wfrepo/trust.json")
        #expect(try !store.trusts(scratch.workflows().repository))
        #expect(try store.trust(scratch.workflows().repository, now: 7))
        #expect(try !store.trust(scratch.workflows().repository, now: 8))
        #expect(try store.trusts(scratch.workflows().repository))
        #expect(try store.entries().map(\.since) == [7])
        // Another repository takes the place of the trusted one.
        try scratch.run("cp -r \(scratch.path) \(scratch.root)/copy && mv .git ../gone && mv ../copy/.git .git")
        #expect(try !store.trusts(scratch.workflows().repository))
        #expect(try store.trust(scratch.workflows().repository, now: 9))
        #expect(try store.entries().count == 1)
        #expect(try store.distrust(scratch.workflows().repository))
        #expect(try !store.trusts(scratch.workflows().repository))
    }

    @Test func trustsNothingWhenItsFileIsDamaged() throws {
        let scratch = try Scratch()
        let store = TrustStore(path: scratch.root + "/trust.json")
        for damaged in ["", "{}", "[", "{\"schema\": \"wfrepo.trust/1\", \"repositories\": [{}]}"] {
            try scratch.write(damaged, "../trust.json")
            #expect(throws: HistoryError.self) { try store.trusts(scratch.workflows().repository) }
        }
    }

    @Test func losesNoTrustWhenManyAreGivenAtOnce() async throws {
        let scratch = try Scratch()
        let path = scratch.root + "/trust.json"
        let root = scratch.root
        for number in 0..<8 { try scratch.git(["init", "-q", root + "/many/\(number)"]) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                group.addTask {
                    _ = try TrustStore(path: path).trust(Repository.open(root + "/many/\(number)"), now: number)
                }
            }
            try await group.waitForAll()
        }
        #expect(try TrustStore(path: path).entries().count == 8)
    }
}
