import Testing

@testable import GitStore

@Suite struct PackOrderTests {
    /// A pack without tags, in which git leaves objects by their age however they differ from each other, and what stands in it: places and
    /// bases are those that `git verify-pack -v` prints (id, kind, size, size in the pack, place, and depth and base of a difference).
    private func packed() throws -> (sandbox: Sandbox, places: [ObjectID: Int], bases: [ObjectID: ObjectID]) {
        let sandbox = try Sandbox()
        for number in 0..<60 {
            for file in ["a", "b", "c"] {
                try sandbox.write(file, (0..<200).map { "\(file) \($0 == number ? -number : $0 * 7)\n" }.joined())
            }
            try sandbox.git("add", ".")
            try sandbox.git("commit", "-q", "-m", "\(number)")
        }
        try sandbox.git("repack", "-q", "-a", "-d", "--depth=12")
        let folder = sandbox.folder + "/.git/objects/pack"
        let pack = try #require(try FolderNames.all(in: folder).first { $0.hasSuffix(".idx") })
        var (places, bases) = ([ObjectID: Int](), [ObjectID: ObjectID]())
        for line in try sandbox.git("verify-pack", "-v", "\(folder)/\(pack)").split(separator: "\n") {
            let fields = line.split(separator: " ", omittingEmptySubsequences: true)
            guard fields.count >= 5, let id = ObjectID(fields[0]), let place = Int(fields[4]) else { continue }
            places[id] = place
            if fields.count > 6 { bases[id] = ObjectID(fields[6]) }
        }
        return (sandbox, places, bases)
    }

    @Test func thingsComeBehindWhatTheyAreDifferencesTo() throws {
        let (sandbox, places, bases) = try packed()
        let repository = try Repository.open(sandbox.folder)
        let ids = try repository.inPackOrder(places.keys.shuffled()) { $0 }
        #expect(ids.count == places.count && Set(ids) == Set(places.keys))
        // The chain of the object before, from the whole one on, holds what the next one is a difference to.
        var (chain, lastRoot) = ([ObjectID](), 0)
        for id in ids {
            if let base = bases[id] {
                while let last = chain.last, last != base { chain.removeLast() }
                #expect(chain.last == base, "\(id) does not come behind \(base)")
            } else {
                let place = try #require(places[id])
                #expect(place > lastRoot, "whole objects come as they stand in the pack")
                (chain, lastRoot) = ([], place)
            }
            chain.append(id)
        }
        #expect(bases.count > 100)
        // What is in no pack comes last.
        let loose = try repository.writeBlob(Array("loose".utf8)).object
        #expect(try repository.inPackOrder([loose] + ids) { $0 }.last == loose)
    }

    /// One whose base is not asked for stays where it stands.
    @Test func someOfTheThingsComeInOrderToo() throws {
        let (sandbox, places, bases) = try packed()
        let repository = try Repository.open(sandbox.folder)
        let differences = bases.keys.filter { bases[$0].flatMap { bases[$0] } == nil }
        let ids = try repository.inPackOrder(differences.shuffled()) { $0 }
        #expect(ids == differences.sorted { places[$0] ?? 0 < places[$1] ?? 0 })
        // A thing may be asked for twice.
        #expect(try repository.inPackOrder(differences + differences) { $0 } == ids.flatMap { [$0, $0] })
    }

    @Test(arguments: ["", "no index of a pack", String(repeating: "\u{1}", count: 2_000)])
    func anotherFileIsNoIndex(text: String) throws {
        let sandbox = try Sandbox()
        try sandbox.write("x.idx", text)
        #expect(PackIndexFile(sandbox.folder + "/x.idx") == nil)
    }
}
