internal import CLibgit2

/// A pack in memory (gitformat-pack(5), version 2): whole objects without deltas; `git gc` finds the deltas later.
struct PackStream {
    private(set) var bytes: [UInt8] = []

    init(_ objects: [GitObject]) throws(GitError) {
        bytes += "PACK".utf8
        bytes.appendBigEndian(2)
        bytes.appendBigEndian(UInt32(truncatingIfNeeded: objects.count))
        for object in objects {
            appendHeader(object)
            bytes += try Zlib.deflated(object.bytes)
        }
        bytes += bytes.withUnsafeBytes { SHA1.digest($0) }
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
}
