internal import CLibgit2

/// Reads objects of packs where they stand: for whoever reads most of a large repository, in the order of ``PackCatalog/order(of:_:)``.
///
/// It does no more than is needed for that. An object's id is not computed anew (zlib's checksum finds a byte that turned), and
/// what is unusual or damaged is not read here: then libgit2 is asked, and says what is wrong. Memory is bounded, and nothing is
/// mapped. A reader belongs to one thread. Source of the format: gitformat-pack(5).
package final class PackReader {
    /// Larger ones are for libgit2. Bytes.
    static let largestObject = 64 << 20
    /// git's own packs have at most 4,095 (`pack.depth`).
    private static let longestChain = 10_000

    private let paths: [String]
    private let portions: PackPortions
    private let inflation: Inflation
    private var recent = RecentObjects()
    /// The indexes of packs that name bases by their ids, which is rare.
    private var indexes: [Int: PackIndexFile?] = [:]

    /// nil where there is no memory for it.
    ///
    /// - Parameter paths: of the packs in a catalogue's order, without their extensions.
    init?(_ paths: [String]) {
        guard let inflation = Inflation() else { return nil }
        self.inflation = inflation
        self.paths = paths
        portions = PackPortions(paths.map { $0 + ".pack" })
    }

    /// A reader for places that a catalogue names.
    package convenience init?(_ catalog: PackCatalog) { self.init(catalog.paths) }

    /// What stands at a place; nil where it can't be read here.
    package func object(at place: PackPlace) -> GitObject? {
        var deltas: [(place: PackPlace, bytes: [UInt8])] = []
        var place = place
        var found = recent.object(at: place)
        while found == nil {
            guard deltas.count < Self.longestChain, let entry = entry(at: place),
                let bytes = bytes(entry.size, of: place.pack, from: entry.start)
            else { return nil }
            switch entry.content {
            case .whole(let kind):
                let object = GitObject(kind: kind, bytes: bytes)
                recent.keep(object, at: place)
                found = object
            case .difference(let base):
                deltas.append((place, bytes))
                place = base
                found = recent.object(at: base)
            }
        }
        guard var object = found else { return nil }
        for delta in deltas.reversed() {
            guard let bytes = PackDelta.applied(delta.bytes, to: object.bytes) else { return nil }
            object.bytes = bytes
            recent.keep(object, at: delta.place)
        }
        return object
    }

    /// Where that stands which the object at a place is a difference to; nil where it is whole, or can't be read here.
    func base(at place: PackPlace) -> PackPlace? {
        guard case .difference(let base) = entry(at: place)?.content else { return nil }
        return base
    }

    private struct Entry {
        enum Content {
            case whole(ObjectKind)
            /// To the object at a place.
            case difference(PackPlace)
        }

        let content: Content
        /// Of what is compressed, in bytes.
        let size: Int
        /// Where the compressed bytes begin.
        let start: UInt64
    }

    /// Reads what stands before an object's bytes: kind, size, and what it is a difference to.
    private func entry(at place: PackPlace) -> Entry? {
        var bytes = Bytes(portions: portions, pack: place.pack, offset: place.offset)
        guard let first = bytes.next() else { return nil }
        var (size, shift, byte) = (Int(first & 15), 4, first)
        while byte & 0x80 != 0 {
            guard shift < 32, let next = bytes.next() else { return nil }
            byte = next
            size |= Int(byte & 0x7F) << shift
            shift += 7
        }
        guard size <= Self.largestObject else { return nil }
        let type = git_object_t(Int32(first >> 4 & 7))
        let content: Entry.Content
        switch type {
        case GIT_OBJECT_OFS_DELTA:
            guard let distance = bytes.distance(), distance > 0, distance < place.offset else { return nil }
            content = .difference(PackPlace(pack: place.pack, offset: place.offset - distance))
        case GIT_OBJECT_REF_DELTA:
            guard let id = bytes.id(), let base = index(of: place.pack)?.place(of: id) else { return nil }
            content = .difference(PackPlace(pack: place.pack, offset: base))
        default:
            guard let kind = ObjectKind(type) else { return nil }
            content = .whole(kind)
        }
        return Entry(content: content, size: size, start: bytes.offset)
    }

    private func index(of pack: Int) -> PackIndexFile? {
        if let known = indexes[pack] { return known }
        let index = PackIndexFile(paths[pack] + ".idx")
        indexes[pack] = .some(index)
        return index
    }

    private func bytes(_ count: Int, of pack: Int, from start: UInt64) -> [UInt8]? {
        var position = start
        return inflation.bytes(count) {
            let piece = portions.bytes(of: pack, from: position)
            position += UInt64(piece?.count ?? 0)
            return piece
        }
    }

    /// Single bytes of a pack, one after the other.
    private struct Bytes {
        let portions: PackPortions
        let pack: Int
        var offset: UInt64

        mutating func next() -> UInt8? {
            guard let byte = portions.bytes(of: pack, from: offset)?.first else { return nil }
            offset += 1
            return byte
        }

        /// How far before an object its base stands: seven bits a byte, the highest first, each further byte adding one.
        mutating func distance() -> UInt64? {
            guard var byte = next() else { return nil }
            var distance = UInt64(byte & 0x7F)
            while byte & 0x80 != 0 {
                guard distance < PackPlace.largestOffset >> 7, let next = next() else { return nil }
                byte = next
                distance = (distance + 1) << 7 | UInt64(byte & 0x7F)
            }
            return distance
        }

        mutating func id() -> ObjectID? {
            var raw: [UInt8] = []
            for _ in 0..<ObjectID.byteCount {
                guard let byte = next() else { return nil }
                raw.append(byte)
            }
            return raw.withUnsafeBytes { ObjectID(rawBytes: $0) }
        }
    }
}
