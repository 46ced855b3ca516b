/// Where an object stands: which pack of a ``PackCatalog``, and at which byte of it.
package struct PackPlace: Hashable, Comparable, Sendable {
    /// The pack's number above 48 bits of offset: a million places are sorted, as single words.
    fileprivate let word: UInt64

    init(pack: Int, offset: UInt64) { word = UInt64(pack) << 48 | offset }

    fileprivate init(word: UInt64) { self.word = word }

    var pack: Int { Int(word >> 48) }
    var offset: UInt64 { word & (1 << 48 - 1) }

    /// One less than 48 bits hold: the word of all ones stands for no place.
    static let largestOffset: UInt64 = 1 << 48 - 2
    static let mostPacks = 1 << 16

    package static func < (left: Self, right: Self) -> Bool { left.word < right.word }
}

/// One of a list of things whose objects are to be read. There are millions of these, so they are small.
package struct PlacedThing: Comparable, Sendable {
    /// ``PackPlace``'s own word; all ones where the object is in no pack.
    private let word: UInt64
    private let position: UInt32

    fileprivate init(_ number: UInt32, at place: PackPlace?) {
        word = place?.word ?? .max
        position = number
    }

    /// The thing's place in the list.
    package var number: Int { Int(position) }
    /// Where its object stands; nil where that is in no pack.
    package var place: PackPlace? { word == .max ? nil : PackPlace(word: word) }

    package static func < (left: Self, right: Self) -> Bool {
        (left.word, left.position) < (right.word, right.position)
    }
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

    /// Every object of the packs, in the order in which they are read with the least work (``DeltaOrder``).
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
        return inDeltaOrder(found, \.place)
    }

    /// The order in which the objects of things are read with the least work (``DeltaOrder``): as they stand in the packs, but each
    /// behind what it is stored as a difference to. What is in no pack comes last, in the order given.
    ///
    /// It says which thing is when to be read, and moves none: those may have far more bytes.
    package func order<Thing>(of things: [Thing], _ object: (Thing) -> ObjectID) -> [PlacedThing] {
        var order: [PlacedThing] = []
        order.reserveCapacity(things.count)
        // In the order of the ids an index is read from its start to its end, once.
        for (count, (id, number)) in sorted(things, object).enumerated() {
            order.append(PlacedThing(number, at: place(of: id)))
            if count % Self.lookupsAtOnce == Self.lookupsAtOnce - 1 { indexes.forEach { $0.giveBackMemory() } }
        }
        MappedPackIndexes.giveBackMemory()
        order.sort()
        return inDeltaOrder(order, \.place)
    }

    private func inDeltaOrder<Thing>(_ things: [Thing], _ place: @escaping (Thing) -> PackPlace?) -> [Thing] {
        PackReader(self).map { DeltaOrder.sorted(things, $0, place) } ?? things
    }

    /// The ids of the things' objects with the things' numbers, side by side in 24 bytes.
    private func sorted<Thing>(
        _ things: [Thing], _ object: (Thing) -> ObjectID
    ) -> [(id: ObjectID, number: UInt32)] {
        var byID: [(id: ObjectID, number: UInt32)] = []
        byID.reserveCapacity(things.count)
        for (number, thing) in things.enumerated() { byID.append((object(thing), UInt32(clamping: number))) }
        byID.sort { $0.id < $1.id }
        return byID
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
    /// Puts things whose objects are to be read into the order in which that is the least work; see ``PackCatalog/order(of:_:)``.
    package func inPackOrder<Thing>(_ things: [Thing], _ object: (Thing) -> ObjectID) throws(GitError) -> [Thing] {
        guard let folder = sharedObjectDirectory else { return things }
        return try PackCatalog(folder).order(of: things, object).map { things[$0.number] }
    }
}
