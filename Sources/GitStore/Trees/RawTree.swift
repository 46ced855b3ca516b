internal import Glibc

/// One entry in the bytes of a tree object: `mode SP name NUL id`.
struct RawTreeEntry {
    /// The whole entry.
    let range: Range<Int>
    let name: Range<Int>
    let mode: FileMode
    let id: ObjectID
}

/// Reads the entries of a tree object one after the other, in place.
struct RawTreeReader {
    let bytes: UnsafeRawBufferPointer
    let tree: ObjectID
    private var offset = 0

    init(_ bytes: UnsafeRawBufferPointer, of tree: ObjectID) {
        self.bytes = bytes
        self.tree = tree
    }

    /// The next entry, or `nil` at the end.
    mutating func next() throws(GitError) -> RawTreeEntry? {
        guard offset < bytes.count else { return nil }
        let start = offset
        var position = start
        var mode: UInt32 = 0
        while position < bytes.count, position - start < 7, case let byte = bytes[position], byte != 0x20 {
            guard (0x30...0x37).contains(byte) else { throw malformed }
            mode = mode << 3 | UInt32(byte - 0x30)
            position += 1
        }
        guard position < bytes.count, bytes[position] == 0x20, let mode = FileMode(raw: mode) else { throw malformed }
        let nameStart = position + 1
        guard let end = RawTreeReader.offset(ofZeroIn: bytes, from: nameStart), end > nameStart,
            bytes.count - end > ObjectID.byteCount
        else { throw malformed }
        offset = end + 1 + ObjectID.byteCount
        let id = ObjectID(rawBytes: UnsafeRawBufferPointer(rebasing: bytes[(end + 1)..<offset]))
        return RawTreeEntry(range: start..<offset, name: nameStart..<end, mode: mode, id: id)
    }

    /// Passes over the entries that come next in both trees and are the same byte for byte, without reading what they say:
    /// nearly all of two versions of a folder.
    static func skipCommon(_ left: inout RawTreeReader, _ right: inout RawTreeReader) {
        while let entry = left.rawEntry, entry.count <= right.bytes.count - right.offset,
            let ours = entry.baseAddress, let theirs = right.bytes.baseAddress,
            memcmp(ours, theirs + right.offset, entry.count) == 0
        {
            left.offset += entry.count
            right.offset += entry.count
        }
    }

    /// The bytes of the next entry; nil where none is, or a damaged one.
    private var rawEntry: UnsafeRawBufferPointer? {
        guard let end = RawTreeReader.offset(ofZeroIn: bytes, from: offset), bytes.count - end > ObjectID.byteCount
        else { return nil }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<(end + 1 + ObjectID.byteCount)])
    }

    private static func offset(ofZeroIn bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard start < bytes.count, let base = bytes.baseAddress,
            let found = memchr(base + start, 0, bytes.count - start)
        else { return nil }
        return UnsafeRawPointer(found) - base
    }

    private var malformed: GitError {
        GitError(.corrupt, "read tree", tree.description, "malformed entry at byte \(offset)")
    }
}

/// The order of git's trees: by bytes, a folder as if its name ended in `/`.
enum TreeOrder {
    static func precedes(
        _ left: UnsafeRawBufferPointer, isTree leftIsTree: Bool, _ right: UnsafeRawBufferPointer,
        isTree rightIsTree: Bool
    ) -> Bool {
        let common = min(left.count, right.count)
        if common > 0, let leftBase = left.baseAddress, let rightBase = right.baseAddress {
            let order = memcmp(leftBase, rightBase, common)
            if order != 0 { return order < 0 }
        }
        let leftNext: UInt8 = left.count > common ? left[common] : leftIsTree ? 0x2F : 0
        let rightNext: UInt8 = right.count > common ? right[common] : rightIsTree ? 0x2F : 0
        return leftNext < rightNext
    }

    static func precedes(
        _ left: ArraySlice<UInt8>, isTree leftIsTree: Bool, _ right: ArraySlice<UInt8>, isTree rightIsTree: Bool
    ) -> Bool {
        left.withUnsafeBytes { left in
            right.withUnsafeBytes { precedes(left, isTree: leftIsTree, $0, isTree: rightIsTree) }
        }
    }

    static func precedes(_ left: [UInt8], isTree leftIsTree: Bool, _ right: [UInt8], isTree rightIsTree: Bool) -> Bool {
        left.withUnsafeBytes { left in
            right.withUnsafeBytes { precedes(left, isTree: leftIsTree, $0, isTree: rightIsTree) }
        }
    }
}

/// The entries of a tree's bytes that were read elsewhere.
package enum TreeEntries {
    /// Gives each entry to `body`: its name, its object, and whether that is a tree.
    package static func forEach(
        in bytes: [UInt8], of tree: ObjectID, _ body: (String, ObjectID, Bool) -> Void
    ) throws(GitError) {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(GitError) in
                var reader = RawTreeReader(bytes, of: tree)
                while let entry = try reader.next() {
                    body(String(decoding: bytes[entry.name], as: UTF8.self), entry.id, entry.mode == .tree)
                }
            }
        }
        try result.get()
    }
}
