import Foundation
import GitStore
import Testing

@testable import WorkflowRecords

@Suite struct MaintenanceTests {
    private func maintain(
        _ repository: TestRepository, largestIndexes: Int = MultiPackIndex.most
    ) throws -> Maintenance.Outcome? {
        let opened = try repository.open()
        return try Maintenance(
            opened, git: GitProgram(opened, environment: repository.environment), patience: .milliseconds(10),
            largestIndexes: largestIndexes
        ).run()
    }

    @Test func looseObjectsAndPacksBecomeFewPacks() throws {
        let repository = try TestRepository.withRecords()
        for start in stride(from: 100, to: 160, by: 20) {
            _ = try repository.recorder().record(WaitingRuns(try repository.runs(start..<(start + 20))))
        }
        let outcome = try #require(try maintain(repository))
        #expect(outcome.before.loose > 20 && outcome.before.packs == 3)
        #expect(outcome.after.loose == 0 && outcome.after.packs <= 2)
        #expect(repository.exists(".git/objects/pack/multi-pack-index") == (outcome.after.packs > 1))
        #expect(try RecordReader(repository.open()).latest(1_000).count == 63)
        try repository.record(try repository.realRun(7))
        try repository.expectSound()
        // Nothing new: nothing to do.
        #expect(try maintain(repository)?.after.packs ?? 9 <= 2)
    }

    /// libgit2 hashes the whole of it for each command.
    @Test func anIndexOfAllPacksIsForFewObjectsUnlessItServesFetches() throws {
        let repository = try TestRepository.withRecords()
        let path = ".git/objects/pack/multi-pack-index"
        _ = try maintain(repository)
        #expect(!repository.exists(path))
        // A second pack, so small that a geometric row has both.
        _ = try repository.recorder().record(WaitingRuns(try repository.runs(100..<101)))
        #expect(try maintain(repository)?.after.packs == 2)
        #expect(repository.exists(path))
        try repository.git("multi-pack-index", "verify")
        _ = try maintain(repository, largestIndexes: 1_000)
        #expect(!repository.exists(path))
        try repository.expectSound()
        try repository.git("repack", "-qad", "--write-midx", "--write-bitmap-index")
        _ = try maintain(repository, largestIndexes: 1_000)
        #expect(repository.exists(path))
    }

    @Test func whatACrashLeftIsRemovedAndWhatMayBeInUseIsNot() throws {
        let repository = try TestRepository.withRecords()
        let pack = repository.path + "/.git/objects/pack/pack_git2_"
        for name in ["old", "open", "new"] { try Data("x".utf8).write(to: URL(filePath: pack + name)) }
        for name in ["old", "open"] {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -7_200)], ofItemAtPath: pack + name)
        }
        let open = try FileHandle(forReadingFrom: URL(filePath: pack + "open"))
        #expect(try maintain(repository)?.cleared == [pack + "old"])
        try open.close()
        // A process that another test is just starting may have the file open until its `exec`.
        var cleared: [String] = []
        for _ in 0..<200 where cleared.isEmpty { cleared = try maintain(repository)?.cleared ?? [] }
        #expect(cleared == [pack + "open"])
        #expect(repository.exists(".git/objects/pack/pack_git2_new"))
    }

    /// A recorder that is killed while it gives a pack and its index their names leaves a `.keep` file.
    @Test func aPackThatACrashLeftHalfWrittenIsClearedAway() throws {
        let repository = try TestRepository.withRecords()
        let folder = repository.path + "/.git/objects/pack/"
        let ours = "wfrepo: this pack is being written\n"
        let files = [
            ("pack-\(String(repeating: "a", count: 40))", ["pack", "keep"], ours),
            ("pack-\(String(repeating: "b", count: 40))", ["pack", "idx", "keep"], ours),
            ("pack-\(String(repeating: "c", count: 40))", ["pack", "keep"], "somebody's\n"),
        ]
        for (name, suffixes, text) in files {
            for suffix in suffixes {
                let path = "\(folder)\(name).\(suffix)"
                try Data((suffix == "keep" ? text : "x").utf8).write(to: URL(filePath: path))
                try FileManager.default.setAttributes(
                    [.modificationDate: Date(timeIntervalSinceNow: -7_200)], ofItemAtPath: path)
            }
        }
        try Data("x".utf8).write(to: URL(filePath: folder + "tmp_pack_wfrepo_1_2"))
        let opened = try repository.open()
        var cleared: [String] = []
        for _ in 0..<200 where cleared.count < 3 { cleared += try Leftovers(opened).clear() }
        let (a, b) = (files[0].0, files[1].0)
        #expect(cleared.sorted() == ["\(a).keep", "\(a).pack", "\(b).keep"].map { folder + $0 })
    }

    @Test func aLockOfOursThatACrashLeftIsRemovedAndNoOther() throws {
        let repository = try TestRepository.withRecords()
        let reference = "refs/notes/wfrepo/runs/a1b2c3d4e5f60718/2026-11"
        let tip = try repository.git("rev-parse", reference)
        for path in [reference, "refs/heads/main"] {
            try Data("\(tip)\n".utf8).write(to: URL(filePath: "\(repository.path)/.git/\(path).lock"))
        }
        try Data("\(tip) \(reference)\n".utf8).write(
            to: URL(filePath: repository.path + "/.git/wfrepo/recorder.lock"))
        #expect(try maintain(repository)?.cleared == ["\(repository.path)/.git/\(reference).lock"])
        #expect(repository.exists(".git/refs/heads/main.lock"))
    }

    @Test func theLockOfPackedReferencesIsRemovedWhereARemovalOfOursLeftIt() throws {
        let repository = try TestRepository.withRecords()
        let path = ".git/packed-refs.lock"
        // git's own is empty.
        for (content, isLeft) in [("", false), ("wfrepo: held while a reference is removed\n", true)] {
            try Data(content.utf8).write(to: URL(filePath: repository.path + "/" + path))
            let cleared = try #require(try maintain(repository)).cleared
            #expect(cleared.contains { $0.hasSuffix(path) } == isLeft)
            #expect(repository.exists(path) != isLeft)
        }
    }

    @Test func besideAnotherMaintenanceItDoesNothing() throws {
        let repository = try TestRepository.withRecords()
        try FileManager.default.createDirectory(
            atPath: repository.path + "/.git/wfrepo", withIntermediateDirectories: true)
        let lock = try #require(try FileLock(repository.path + "/.git/wfrepo/maintenance.lock"))
        #expect(try maintain(repository) == nil)
        withExtendedLifetime(lock) {}
        try Data("\(ProcessInfo.processInfo.processIdentifier) host\n".utf8).write(
            to: URL(filePath: repository.path + "/.git/gc.pid"))
        let other = try TestRepository.withRecords()
        #expect(try maintain(other) != nil)
        #expect(try maintain(repository) == nil)
    }
}
