internal import Glibc

/// The index of a pack, mapped into memory: at which place of the pack an object stands.
///
/// Source: gitformat-pack(5), version 2: a table of 256 counts by the ids' first byte, the ids in order, their checksums, and
/// their places, of which those beyond 2 GiB stand in a table of their own.
final class PackIndexFile {
    private static let header = 8
    private static let idLength = 20
    private let bytes: UnsafeRawBufferPointer
    /// How many objects the pack has.
    let count: Int

    /// Maps a file; nil where it is of another form.
    init?(_ path: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size >= Self.header + 1024,
            let start = mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED
        else { return nil }
        bytes = UnsafeRawBufferPointer(start: start, count: Int(status.st_size))
        count = Int(bytes.number(at: Self.header + 255 * 4))
        // Magic number and version; then everything that is looked at lies within the file.
        let isKnown = bytes.number(at: 0) == 0xFF74_4F63 && bytes.number(at: 4) == 2
        guard isKnown, bytes.count >= Self.header + 1024 + count * 28 else { return nil }
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }

    /// Says that what was read so far is not needed soon: it is read from the page cache again where it is (madvise(2)).
    func giveBackMemory() {
        madvise(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count, MADV_DONTNEED)
    }

    /// Where an object stands; nil where the pack does not have it.
    func place(of id: ObjectID) -> UInt64? {
        let first = Int(id.firstByte)
        var low = first == 0 ? 0 : Int(bytes.number(at: Self.header + (first - 1) * 4))
        var high = Int(bytes.number(at: Self.header + first * 4))
        guard low <= high, high <= count else { return nil }
        let ids = Self.header + 1024
        while low < high {
            let middle = (low + high) / 2
            let start = ids + middle * Self.idLength
            let found = ObjectID(rawBytes: UnsafeRawBufferPointer(rebasing: bytes[start..<(start + Self.idLength)]))
            if found == id { return place(at: middle) }
            if found < id { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    /// Gives every object to `body` and where it stands, in the order of the ids.
    func forEach(_ body: (ObjectID, UInt64) -> Void) {
        for position in 0..<count {
            let start = Self.header + 1024 + position * Self.idLength
            let id = ObjectID(rawBytes: UnsafeRawBufferPointer(rebasing: bytes[start..<(start + Self.idLength)]))
            if let place = place(at: position) { body(id, place) }
        }
    }

    private func place(at position: Int) -> UInt64? {
        let places = Self.header + 1024 + count * (Self.idLength + 4)
        let place = bytes.number(at: places + position * 4)
        guard place & 0x8000_0000 != 0 else { return UInt64(place) }
        let far = places + count * 4 + Int(place & 0x7FFF_FFFF) * 8
        guard far + 8 <= bytes.count else { return nil }
        return UInt64(bytes.number(at: far)) << 32 | UInt64(bytes.number(at: far + 4))
    }
}

extension UnsafeRawBufferPointer {
    /// A number of 32 bits, the highest byte first, within the bounds that the caller has checked.
    fileprivate func number(at offset: Int) -> UInt32 {
        UInt32(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}
