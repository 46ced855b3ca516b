internal import CLibgit2

/// A pack in memory and its index (gitformat-pack(5), version 2 both): whole objects without deltas; `maintenance` and `git gc`
/// find the deltas later.
struct PackStream {
    private struct Entry {
        let id: ObjectID
        let offset: UInt64
        /// CRC-32 of the entry's bytes.
        let checksum: UInt32
    }

    private(set) var bytes: [UInt8] = []
    /// SHA-1 of the bytes before it, in which the pack ends and for which git names its files.
    private(set) var checksum: [UInt8] = []
    private var entries: [Entry] = []

    init(_ objects: [(id: ObjectID, object: GitObject)]) throws(GitError) {
        bytes += "PACK".utf8
        bytes.appendBigEndian(2)
        bytes.appendBigEndian(UInt32(truncatingIfNeeded: objects.count))
        entries.reserveCapacity(objects.count)
        for (id, object) in objects {
            let start = bytes.count
            appendHeader(object)
            // The trees of notes are hashes, in names as in ids: no time is lost with looking for what is not there twice.
            bytes += object.kind == .tree ? Zlib.stored(object.bytes) : try Zlib.deflated(object.bytes)
            entries.append(
                Entry(id: id, offset: UInt64(start), checksum: bytes[start...].withUnsafeBytes(Zlib.checksum)))
        }
        checksum = bytes.withUnsafeBytes { SHA1.digest($0) }
        bytes += checksum
    }

    /// The kind and the size: four bits of the size beside the kind, then seven a byte.
    private mutating func appendHeader(_ object: GitObject) {
        var size = object.bytes.count
        var byte = UInt8(truncatingIfNeeded: object.kind.raw.rawValue) << 4 | UInt8(size & 15)
        size >>= 4
        while size > 0 {
            bytes.append(byte | 0x80)
            byte = UInt8(size & 0x7F)
            size >>= 7
        }
        bytes.append(byte)
    }

    /// The index: how many ids there are up to each first byte, the ids in order, the entries' checksums and places, of which those
    /// beyond 2 GiB stand in a table of their own, then the pack's checksum and the index's own.
    var index: [UInt8] {
        let entries = entries.sorted { $0.id < $1.id }
        var index: [UInt8] = [0xFF, 0x74, 0x4F, 0x63]
        index.reserveCapacity(1_072 + entries.count * 28)
        index.appendBigEndian(2)
        var counts = [UInt32](repeating: 0, count: 256)
        for entry in entries { counts[Int(entry.id.firstByte)] += 1 }
        var total: UInt32 = 0
        for count in counts {
            total += count
            index.appendBigEndian(total)
        }
        for entry in entries { index += entry.id.bytes }
        for entry in entries { index.appendBigEndian(entry.checksum) }
        var far: [UInt64] = []
        for entry in entries {
            if entry.offset < 1 << 31 {
                index.appendBigEndian(UInt32(entry.offset))
            } else {
                index.appendBigEndian(1 << 31 | UInt32(far.count))
                far.append(entry.offset)
            }
        }
        for offset in far {
            index.appendBigEndian(UInt32(offset >> 32))
            index.appendBigEndian(UInt32(truncatingIfNeeded: offset))
        }
        index += checksum
        return index + index.withUnsafeBytes { SHA1.digest($0) }
    }
}
