import Foundation
import Testing

@testable import GitStore

/// What is read from packs in place, beside what `git cat-file` says.
@Suite struct PackReaderTests {
    /// A repository whose blobs are differences to each other, in long chains, some larger than a portion that is read.
    private func packed() throws -> Sandbox {
        let sandbox = try Sandbox()
        var lines = (0..<6_000).map { "line \($0 &* 7_919 % 6_007) of a text that does not repeat itself\n" }
        for number in 0..<30 {
            lines[number * 100] = "changed \(number)\n"
            lines.insert("one line more: \(number)\n", at: number * 37)
            try sandbox.write("large", lines.joined())
            try sandbox.write("small-\(number)", number == 0 ? "" : "\(number)\n")
            try sandbox.git("add", ".")
            try sandbox.git("commit", "-q", "-m", "\(number)")
        }
        try sandbox.git(["repack", "-q", "-a", "-d", "-f", "--depth=40", "--window=40"])
        return sandbox
    }

    private func ids(_ sandbox: Sandbox) throws -> [ObjectID] {
        try sandbox.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)").split(separator: "\n")
            .map { try #require(ObjectID(String($0))) }
    }

    private func catalog(_ sandbox: Sandbox) throws -> PackCatalog { try PackCatalog(sandbox.folder + "/.git/objects") }

    /// Packs are not for writing.
    private func replace(_ path: String, with bytes: [UInt8]) throws {
        try FileManager.default.removeItem(atPath: path)
        try Data(bytes).write(to: URL(filePath: path))
    }

    /// With `repack.usedeltabaseoffset=false` git names the bases by their ids.
    @Test(arguments: ["true", "false"])
    func everyObjectIsAsGitHasIt(offsets: String) throws {
        let sandbox = try packed()
        try sandbox.git("-c", "repack.usedeltabaseoffset=\(offsets)", "repack", "-q", "-a", "-d", "-f")
        let differences = try sandbox.git(
            "cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(deltabase)"
        ).split(separator: "\n").count { !$0.hasSuffix(ObjectID.zero.description) }
        #expect(differences > 25)
        let catalog = try catalog(sandbox)
        let reader = try #require(PackReader(catalog))
        let ids = try ids(sandbox)
        for order in [ids, ids.reversed(), ids.shuffled()] {
            for placed in catalog.order(of: order, { $0 }) {
                let place = try #require(placed.place)
                let object = try #require(reader.object(at: place))
                // The id is the hash of kind, size and bytes: it is git's own word for what they should be.
                #expect(try Repository.hash(object.kind, object.bytes) == order[placed.number])
            }
        }
    }

    @Test func aByteThatTurnedIsReadAsNothing() throws {
        let sandbox = try packed()
        let catalog = try catalog(sandbox)
        let path = try #require(catalog.paths.first) + ".pack"
        let original = try #require(try SystemFile.read(path)?.bytes)
        let placed = catalog.order(of: try ids(sandbox)) { $0 }
        // Behind the pack's header and the first object's own: kind and size of that one say what is to come.
        let first = try #require(placed.first?.place)
        for position in stride(from: Int(first.offset) + 3, to: Int(first.offset) + 60, by: 5) {
            var bytes = original
            bytes[position] ^= 0x40
            try replace(path, with: bytes)
            let reader = try #require(PackReader(catalog))
            #expect(reader.object(at: first) == nil)
        }
        // Wherever a byte turns, nothing crashes.
        for position in stride(from: 0, to: original.count, by: original.count / 40) {
            var bytes = original
            bytes[position] ^= 0xFF
            try replace(path, with: bytes)
            let reader = try #require(PackReader(catalog))
            for thing in placed { _ = thing.place.map { reader.object(at: $0) } }
        }
        try replace(path, with: Array(original.prefix(original.count / 2)))
        let reader = try #require(PackReader(catalog))
        #expect(placed.contains { reader.object(at: $0.place ?? PackPlace(pack: 9, offset: 0)) == nil })
    }

    @Test(arguments: [
        [], [0x04], [0x04, 0x04], [0x04, 0x03, 0x03, 1, 2], [0x04, 0x02, 0x90, 0x09], [0x04, 0x02, 0x91, 0x03, 0x02],
        [0x04, 0x01, 0x00], [0x04, 0x03, 0x02, 1, 2], [0x05, 0x01, 0x01, 7],
        [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
    ])
    func aDifferenceThatDoesNotFitMakesNothing(delta: [UInt8]) {
        #expect(PackDelta.applied(delta, to: [1, 2, 3, 4]) == nil)
    }

    /// gitformat-pack(5): copy 2 bytes from offset 1, then insert two bytes; size 0 of a copy is 65,536.
    @Test func aDifferenceCopiesAndInserts() {
        #expect(PackDelta.applied([0x04, 0x04, 0x91, 0x01, 0x02, 0x02, 8, 9], to: [1, 2, 3, 4]) == [2, 3, 8, 9])
        let long = [UInt8](repeating: 5, count: 0x10000)
        #expect(PackDelta.applied([0x80, 0x80, 0x04, 0x80, 0x80, 0x04, 0x80], to: long) == long)
    }
}

@Suite struct ObjectPipelineTests {
    @Test func valuesComeOnceEachAndLooseObjectsLast() throws {
        let sandbox = try Sandbox()
        let repository = try sandbox.repository()
        let blobs = try repository.withObjectBatch(packAbove: 0) {
            try (0..<2_000).map { try repository.writeBlob(Array("blob \($0)".utf8)) }
        }
        let loose = try repository.writeBlob(Array("loose".utf8))
        var found: [String] = []
        try ObjectPipeline.run(
            [loose] + blobs, of: repository, as: .blob, object: { $0.object },
            parse: { _, bytes in String(decoding: bytes, as: UTF8.self) }, take: { found.append($0) })
        #expect(found.count == 2_001)
        #expect(found.last == "loose")
        #expect(Set(found) == Set((0..<2_000).map { "blob \($0)" } + ["loose"]))
    }

    @Test(arguments: [3, 2_000])
    func anObjectThatIsMissingOrOfAnotherKindIsAnError(count: Int) throws {
        let sandbox = try Sandbox()
        let repository = try sandbox.repository()
        let blobs = try repository.withObjectBatch(packAbove: 0) {
            try (0..<count).map { try repository.writeBlob(Array("blob \($0)".utf8)).object }
        }
        let absent = try #require(ObjectID("ab11111111111111111111111111111111111111"))
        for wrong in [absent, try repository.writeTree([]).object] {
            #expect(throws: GitError.self) {
                try ObjectPipeline.run(
                    blobs + [wrong], of: repository, as: .blob, object: { $0 }, parse: { $1.count }, take: { _ in })
            }
        }
    }
}
