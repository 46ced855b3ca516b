import Testing

@testable import GitStore

@Suite struct PackOrderTests {
    /// Places are those that `git verify-pack -v` prints: id, kind, size, size in the pack, place.
    @Test func thingsComeInTheOrderOfTheirObjectsInThePack() throws {
        let sandbox = try Sandbox()
        for number in 0..<40 {
            try sandbox.write("file-\(number)", "content \(number)\n")
            try sandbox.git("add", ".")
            try sandbox.git("commit", "-q", "-m", "\(number)")
        }
        try sandbox.git("repack", "-q", "-a", "-d")
        let listed = try sandbox.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)")
        let ids = try listed.split(separator: "\n").map { try #require(ObjectID(String($0))) }
        let folder = sandbox.folder + "/.git/objects/pack"
        let pack = try #require(try FolderNames.all(in: folder).first { $0.hasSuffix(".idx") })
        let places = try sandbox.git("verify-pack", "-v", "\(folder)/\(pack)").split(separator: "\n").compactMap {
            line -> (Int, String)? in
            let fields = line.split(separator: " ", omittingEmptySubsequences: true)
            guard fields.count >= 5, fields[0].count == 40, let place = Int(fields[4]) else { return nil }
            return (place, String(fields[0]))
        }
        let expected = places.sorted { $0.0 < $1.0 }.map(\.1)
        #expect(expected.count == ids.count)
        let repository = try Repository.open(sandbox.folder)
        #expect(try repository.inPackOrder(ids) { $0 }.map(\.description) == expected)
        // What is in no pack comes last.
        let loose = try repository.writeBlob(Array("loose".utf8)).object
        #expect(try repository.inPackOrder([loose] + ids) { $0 }.last == loose)
    }

    @Test(arguments: ["", "no index of a pack", String(repeating: "\u{1}", count: 2_000)])
    func anotherFileIsNoIndex(text: String) throws {
        let sandbox = try Sandbox()
        try sandbox.write("x.idx", text)
        #expect(PackIndexFile(sandbox.folder + "/x.idx") == nil)
    }
}
