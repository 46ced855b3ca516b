import Foundation
import GitStore
import Testing

@testable import WorkflowRecords

@Suite struct RepackingTests {
    /// Rows in which each has twice the objects of the next smaller stay; the rest becomes one that fits below them.
    @Test(arguments: [
        ([], 0), ([5], 0), ([1, 2, 4], 0), ([1, 1], 2), ([3, 4, 100], 2), ([1, 2, 4, 5], 4), ([2, 3, 9, 40], 3),
        ([10, 11, 25, 100], 3),
        ([4, 4, 4, 4, 1_000], 4),
    ])
    func packsBecomeARow(counts: [Int], rolled: Int) {
        #expect(PackGeometry.rolledUp(counts) == rolled)
        let left = counts[rolled...]
        let row = (rolled > 0 ? [counts[..<rolled].reduce(0, +)] : []) + left
        #expect(zip(row, row.dropFirst()).allSatisfy { 2 * $0 <= $1 })
    }

    private func maintain(_ repository: TestRepository, isFull: Bool = false) throws {
        let opened = try repository.open()
        let git = GitProgram(opened, environment: repository.environment)
        #expect(try Maintenance(opened, git: git).run(isFull: isFull) != nil)
    }

    /// git itself knows notes by their names only, which are hashes.
    @Test func whatResemblesEachOtherHasTheSameName() throws {
        let repository = try TestRepository()
        _ = try repository.recorder().record(WaitingRuns(repository.runs(0..<300)))
        _ = try repository.recorder().record(WaitingRuns(repository.runs(300..<301)))
        let opened = try repository.open()
        var names = PackingNames(try PackCatalog(opened.commonDirectory + "objects"), [], in: opened)
        let packed = named(names.list())
        names = PackingNames(PackCatalog(packs: []), try LooseObjects(of: opened).all(), in: opened)
        let loose = named(names.list())
        let reference = "refs/notes/wfrepo/runs/a1b2c3d4e5f60718/2026-11"
        let notes = try repository.git("ls-tree", "-r", reference).split(separator: "\n").map { line in
            line.split { $0 == " " || $0 == "\t" }
        }
        let records = Set(notes.compactMap { packed[String($0[2])] ?? loose[String($0[2])] })
        let version = try repository.git("notes", "--ref=\(reference)", "list", "HEAD")
        #expect(records.count == 2 && loose[version] != nil)
        let commits = Set(
            try repository.git("log", "--format=%H", "--grep=^run deploy", reference).split(separator: "\n").compactMap
            {
                packed[String($0)] ?? loose[String($0)]
            })
        #expect(commits.count == 1 && commits.isDisjoint(with: records))
        let tips = try repository.git("log", "--first-parent", "--format=%H %T", reference).split { $0.isWhitespace }
        #expect(Set(tips.prefix(4).map { packed[String($0)] ?? loose[String($0)] }).count == 1)
        // The same folder of the notes, before and after.
        func folder(_ commit: String) throws -> [Substring: String] {
            let entries = try repository.git("ls-tree", "-d", commit).split(separator: "\n").map { line in
                line.split { $0 == " " || $0 == "\t" }
            }
            return Dictionary(uniqueKeysWithValues: entries.map { ($0[3], String($0[2])) })
        }
        let (old, new) = (try folder(reference + "^"), try folder(reference))
        let changed = new.filter { old[$0.key] != $0.value && old[$0.key] != nil }
        #expect(!changed.isEmpty)
        for (name, tree) in changed { #expect(try loose[tree] == packed[#require(old[name])]) }
        #expect(Set(old.values.map { packed[$0] }).count == old.count)
    }

    /// git compares a digest with those next to it in its order, and only the one that came before has nearly all of its lines.
    @Test func gitSortsDigestsAsTheyCame() throws {
        let repository = try TestRepository()
        for run in 0..<24 { _ = try repository.recorder().record(WaitingRuns(repository.runs(run..<(run + 1)))) }
        let opened = try repository.open()
        var names = PackingNames(PackCatalog(packs: []), try LooseObjects(of: opened).all(), in: opened)
        let named = named(names.list())
        let version = try repository.git("rev-parse", "HEAD")
        let reference = "refs/notes/wfrepo/runs/a1b2c3d4e5f60718/2026-11"
        let commits = try repository.git(
            "log", "--first-parent", "--reverse", "--grep=^record", "--format=%H", reference)
        let digests = try commits.split(separator: "\n").map { commit in
            let entries = try repository.git("ls-tree", "-r", String(commit)).split(separator: "\n")
            let digest = entries.map { $0.split { $0 == " " || $0 == "\t" } }.first {
                $0[3].filter { $0 != "/" } == version
            }
            return String(try #require(digest)[2])
        }
        #expect(Set(digests).count == 24)
        let places = try digests.map { Self.nameHash(try #require(named[$0])) }
        #expect(places == places.sorted() && Set(places).count == 24)
    }

    /// Source: git, `pack_name_hash` of pack-objects.h.
    private static func nameHash(_ name: String) -> UInt32 {
        name.utf8.reduce(0) { ($0 >> 2) &+ UInt32($1) << 24 }
    }

    @Test(arguments: [0, 1, 3, 4, 0xFFFF, 0x10000, 0x3FF_FFFE, 0x3FF_FFFF] as [UInt32])
    func aNameIsSortedByItsNumber(number: UInt32) {
        let least = Self.nameHash(PackingNames.name(sortedAs: 0))
        #expect(Self.nameHash(PackingNames.name(sortedAs: number)) - least == number)
    }

    /// The names by the objects.
    private func named(_ list: [UInt8]) -> [String: String] {
        let lines = String(decoding: list, as: UTF8.self).split(separator: "\n").map { $0.split(separator: " ") }
        return Dictionary(uniqueKeysWithValues: lines.filter { $0.count == 2 }.map { (String($0[0]), String($0[1])) })
    }

    /// An object whose place the index does not say is not packed; its pack must not go.
    @Test func aPackWithADamagedIndexStays() throws {
        let repository = try TestRepository.withRecords()
        try repository.git("repack", "-qad")
        let folder = repository.path + "/.git/objects/pack/"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        let index = folder + (try #require(files.first { $0.hasSuffix(".idx") }))
        var bytes = try Data(contentsOf: URL(filePath: index))
        // The last place, before the two checksums: in a table of far places, which there is not.
        bytes[bytes.count - 44] = 0xFF
        try FileManager.default.removeItem(atPath: index)
        try bytes.write(to: URL(filePath: index))
        _ = try repository.recorder().record(WaitingRuns(repository.runs(100..<101)))
        let opened = try repository.open()
        let git = GitProgram(opened, environment: repository.environment)
        let error = #expect(throws: RecordsError.self) { try Maintenance(opened, git: git).run(isFull: true) }
        #expect(error?.code == .corrupt)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == files)
    }

    @Test func whatSomebodyKeepsStaysAndNothingIsLost() throws {
        let repository = try TestRepository.withRecords()
        let folder = repository.path + "/.git/objects/pack/"
        try repository.git("repack", "-qad")
        let kept = try #require(
            FileManager.default.contentsOfDirectory(atPath: folder).first { $0.hasSuffix(".pack") }
        ).dropLast(5)
        try Data().write(to: URL(filePath: "\(folder)\(kept).keep"))
        // An object that nothing leads to: somebody may be about to use it.
        let loose = try repository.git("hash-object", "-w", "--stdin", input: "about to be used")
        try repository.git("update-server-info")
        for start in [100, 110] {
            _ = try repository.recorder().record(WaitingRuns(repository.runs(start..<(start + 10))))
        }
        let all = try repository.git("cat-file", "--batch-all-objects", "--batch-check")
        try maintain(repository, isFull: true)
        #expect(try repository.git("cat-file", "--batch-all-objects", "--batch-check") == all)
        #expect(try repository.git("cat-file", "-p", loose) == "about to be used")
        let packs = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".pack") }
        #expect(packs.count == 2 && packs.contains("\(kept).pack"))
        #expect(try repository.git("count-objects").hasPrefix("0 objects"))
        // Clones over plain files find the packs by this list.
        let list = try String(contentsOfFile: repository.path + "/.git/objects/info/packs", encoding: .utf8)
        #expect(list.split(separator: "\n").count == 2 && packs.allSatisfy { list.contains($0) })
        try repository.expectSound()
    }
}
