internal import Glibc

/// The bytes of packs, read in portions of which the last ones used are kept: however large the packs, the memory is bounded,
/// and objects that stand side by side cost one system call together.
final class PackPortions {
    /// Bytes.
    private static let length = 1 << 13
    private static let kept = 512

    private let descriptors: [Int32]
    private let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: kept * length, alignment: 4_096)
    /// Which portion each slot holds, and how many bytes of it there are.
    private var slots = [(place: PackPlace?, count: Int)](repeating: (nil, 0), count: kept)

    /// Opens files. One that is gone, as `git gc` may have replaced it, has no bytes.
    init(_ paths: [String]) {
        descriptors = paths.map { open($0, O_RDONLY | O_CLOEXEC) }
    }

    deinit {
        for descriptor in descriptors where descriptor >= 0 { close(descriptor) }
        storage.deallocate()
    }

    /// The bytes of a pack from a place on, as many as the portion has; none behind the pack's end, nil where it can't be read.
    ///
    /// They are to be used before the next call.
    func bytes(of pack: Int, from offset: UInt64) -> UnsafeRawBufferPointer? {
        let number = Int(offset) / Self.length
        let slot = (number &+ pack &* 31) % Self.kept
        let place = PackPlace(pack: pack, offset: UInt64(number * Self.length))
        let start = slot * Self.length
        if slots[slot].place != place {
            slots[slot] = (nil, 0)
            guard descriptors.indices.contains(pack), descriptors[pack] >= 0 else { return nil }
            let portion = UnsafeMutableRawBufferPointer(rebasing: storage[start..<(start + Self.length)])
            let count = pread(descriptors[pack], portion.baseAddress, Self.length, off_t(place.offset))
            guard count >= 0 else { return nil }
            slots[slot] = (place, count)
        }
        let begin = min(Int(offset) % Self.length, slots[slot].count)
        return UnsafeRawBufferPointer(rebasing: storage[(start + begin)..<(start + slots[slot].count)])
    }
}
