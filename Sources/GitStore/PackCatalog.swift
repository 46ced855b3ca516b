/// Where an object stands: which pack of a ``PackCatalog``, and at which byte of it.
package struct PackPlace: Hashable, Comparable, Sendable {
    /// The pack's number above 48 bits of offset: a million places are sorted, as single words.
    private let word: UInt64

    init(pack: Int, offset: UInt64) { word = UInt64(pack) << 48 | offset }

    var pack: Int { Int(word >> 48) }
    var offset: UInt64 { word & Self.largestOffset }

    static let largestOffset: UInt64 = 1 << 48 - 1
    static let mostPacks = 1 << 16

    package static func < (left: Self, right: Self) -> Bool { left.word < right.word }
}

/// The packs of a folder of objects as they are now, and where their objects stand.
package struct PackCatalog {
    /// The packs' paths without their extensions, in order.
    let paths: [String]
    private let indexes: [PackIndexFile]

    /// So many places are looked up before the pages of the indexes that were read are given back: for a pack of millions of
    /// objects the index has hundreds of megabytes, all of which would count as memory of this process.
    private static let lookupsAtOnce = 128

    /// - Parameter folder: the folder of the objects, as ``Repository/sharedObjectDirectory`` names it.
    package init(_ folder: String) throws(GitError) {
        let names = try FolderNames.all(in: folder + "/pack").filter { $0.hasSuffix(".idx") }.sorted()
        let packs = names.prefix(PackPlace.mostPacks).compactMap { name in
            PackIndexFile("\(folder)/pack/\(name)").map { (path: "\(folder)/pack/\(name.dropLast(4))", index: $0) }
        }
        paths = packs.map(\.path)
        indexes = packs.map(\.index)
    }

    /// - Parameter paths: of some packs, without their extensions. One whose index has an unusual form is left out.
    package init(packs paths: [String]) {
        let packs = paths.compactMap { path in PackIndexFile(path + ".idx").map { (path, $0) } }
        self.paths = packs.map(\.0)
        indexes = packs.map(\.1)
    }

    /// The packs' paths without their extensions, and how many objects each has.
    package var counts: [(path: String, objects: Int)] { zip(paths, indexes).map { ($0, $1.count) } }

    /// Every object of the packs, in the order in which they stand in them.
    package func all() -> [(id: ObjectID, place: PackPlace)] {
        var found: [(id: ObjectID, place: PackPlace)] = []
        found.reserveCapacity(indexes.reduce(0) { $0 + $1.count })
        for (pack, index) in indexes.enumerated() {
            index.forEach { id, offset in
                if offset <= PackPlace.largestOffset { found.append((id, PackPlace(pack: pack, offset: offset))) }
            }
            index.giveBackMemory()
        }
        found.sort { $0.place < $1.place }
        return found
    }

    /// Puts things whose objects are to be read into the order in which the objects stand in the packs: what one object is
    /// stored as a difference to is then read just before it. What is in no pack comes last, in the order given.
    package func inOrder<Thing>(
        _ things: [Thing], _ object: (Thing) -> ObjectID
    ) -> [(thing: Thing, place: PackPlace?)] {
        guard !indexes.isEmpty else { return things.map { ($0, nil) } }
        // In the order of the ids an index is read from its start to its end, once.
        let byID = things.indices.map { (id: object(things[$0]), number: $0) }.sorted { $0.id < $1.id }
        var placed: [(place: PackPlace, number: Int)] = []
        var missing: [Int] = []
        placed.reserveCapacity(byID.count)
        for (count, (id, number)) in byID.enumerated() {
            if let place = place(of: id) { placed.append((place, number)) } else { missing.append(number) }
            if count % Self.lookupsAtOnce == Self.lookupsAtOnce - 1 { indexes.forEach { $0.giveBackMemory() } }
        }
        MappedPackIndexes.giveBackMemory()
        placed.sort { ($0.place, $0.number) < ($1.place, $1.number) }
        return placed.map { (things[$0.number], $0.place) } + missing.sorted().map { (things[$0], nil) }
    }

    private func place(of id: ObjectID) -> PackPlace? {
        for (pack, index) in indexes.enumerated() {
            if let offset = index.place(of: id), offset <= PackPlace.largestOffset {
                return PackPlace(pack: pack, offset: offset)
            }
        }
        return nil
    }
}

extension Repository {
    /// Puts things whose objects are to be read into the order in which the objects stand in the packs, as
    /// ``PackCatalog/inOrder(_:_:)`` does.
    package func inPackOrder<Thing>(_ things: [Thing], _ object: (Thing) -> ObjectID) throws(GitError) -> [Thing] {
        guard let folder = sharedObjectDirectory else { return things }
        return try PackCatalog(folder).inOrder(things, object).map(\.thing)
    }
}
