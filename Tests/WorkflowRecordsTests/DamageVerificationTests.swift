import DocumentTree
import Foundation
import GitStore
import Testing
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage

@testable import WorkflowRecords

/// What `verify` finds where the disk, or somebody with an editor, changed what git keeps.
@Suite struct DamageVerificationTests {
    private static let segment = "refs/notes/wfrepo/runs/a1b2c3d4e5f60718/2026-11"
    private static let audit = "refs/notes/wfrepo/audit/a1b2c3d4e5f60718/2026-11"

    @Test func aFlippedByteInAnyObjectIsFound() throws {
        let repository = try TestRepository.withRecords()
        let objects = try repository.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)")
        var found = 0
        for (index, object) in objects.split(separator: "\n").enumerated() where index % 6 == 0 {
            let file = URL(
                filePath: repository.path + "/.git/objects/\(object.prefix(2))/\(object.dropFirst(2))")
            let bytes = try Data(contentsOf: file)
            var flipped = bytes
            flipped[flipped.count / 2] ^= 0x10
            try FileManager.default.removeItem(at: file)
            try flipped.write(to: file)
            let report = try repository.verify()
            #expect(report.conclusion == .tampered, "\(object)")
            #expect(report.faults.contains { $0.message.contains(object) }, "\(object): \(report.faults)")
            try bytes.write(to: file)
            found += 1
        }
        #expect(found > 3)
        #expect(try repository.faults().isEmpty)
    }

    @Test func aMissingObjectIsAFindingAndNoError() throws {
        let repository = try TestRepository.withRecords()
        let tip = try repository.git("rev-parse", Self.segment)
        try FileManager.default.removeItem(
            atPath: repository.path + "/.git/objects/\(tip.prefix(2))/\(tip.dropFirst(2))")
        let faults = try repository.faults()
        #expect(faults.contains { $0.contains(Self.segment) }, "\(faults)")
    }

    /// Damage that stops git itself: each is a finding and no error, so that everything else is looked at, too.
    @Test(arguments: [
        ("HEAD", "rdf: refs/heads/main\n", "HEAD: can't be checked: "),
        ("HEAD", "ref: refs/heads/main\u{8}\n", "HEAD: can't be checked: "),
        ("refs/heads/main", "5fb;0\n", "HEAD: can't be checked: "),
        (segment, "8b5288013353f417c68183520c0fbd113851a2a4\n", "\(segment): it can't be read: "),
        (audit, "8b5288013353f417c68183520c0fbd113851a2a4\n", "\(audit): it can't be read: "),
        ("wfrepo/tips", "8b5288013353f417c68183520c0fbd113851a2a4\n", "wfrepo/tips: can't be checked: "),
        (
            "wfrepo/tips", "8b5288013353f417c68183520c0fbd113851a2a4 \(segment)\u{8}\n",
            "wfrepo/tips: a line names \(segment)\\u{8}, which is no segment of records"
        ),
    ])
    func damagedReferencesAndTipsAreNamed(file: String, content: String, finding: String) throws {
        let repository = try TestRepository.withRecords()
        try content.write(toFile: "\(repository.path)/.git/\(file)", atomically: false, encoding: .utf8)
        let faults = try repository.faults()
        #expect(faults.contains { $0.contains(finding) }, "\(faults)")
    }

    @Test(arguments: [
        ("refs/heads/main", "recs/heads/main", "line 2 is no reference: "),
        ("refs/heads/main", "refs/zeads/main", "is not in its place"),
        (" refs/heads", "+refs/heads", "line 2 is no reference: "),
        ("refs/notes/wfrepo/runs", "refs/notes/wfrepo/ruls", "this is no name of a segment of records"),
    ])
    func aNameThatWasChangedInPackedRefsIsNamed(old: String, new: String, message: String) throws {
        let repository = try TestRepository.withRecords()
        try repository.git("tag", "-a", "-m", "x", "v1")
        try repository.git("pack-refs", "--all", "--no-prune")
        #expect(try repository.faults().isEmpty)
        let file = repository.path + "/.git/packed-refs"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text.contains(old))
        try text.replacing(old, with: new).write(toFile: file, atomically: false, encoding: .utf8)
        let faults = try repository.faults()
        #expect(faults.contains { $0.contains(message) }, "\(faults)")
    }

    @Test func aSegmentUnderAnotherNameIsNamed() throws {
        let repository = try TestRepository.withRecords()
        // An older state of it, as a packed reference may hold that another one hides.
        let copy = "refs/notes/wfrepo/runs/a1b2c3d4e5f60719/2026-11"
        try repository.git("update-ref", copy, "\(Self.segment)~1")
        #expect(
            try repository.faults() == [
                "\(copy): it holds what was written as \(Self.segment)"
            ])
        try repository.git("update-ref", "-d", copy)
        try repository.git("update-ref", "refs/notes/wfrepo/runs/a1b2c3d4e5f6071/2026-11", Self.segment)
        #expect(
            try repository.faults() == [
                "refs/notes/wfrepo/runs/a1b2c3d4e5f6071/2026-11: this is no name of a segment of records"
            ])
    }
}
