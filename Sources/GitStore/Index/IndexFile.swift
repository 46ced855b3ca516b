/// The content of git's index file (gitformat-index(5)), versions 2 to 4.
///
/// libgit2 has an index of its own, but takes the lock only for writing: what another process staged between its reading
/// and its writing would be lost. It also allocates every entry. Here names stay in one buffer.
struct IndexFile {
    /// One entry: where its fixed part and its name are.
    struct Entry {
        /// The 62 bytes before the name (64 with extended flags), as in versions 2 and 3, in ``fixedParts``.
        var fixed: Range<Int>
        /// The path, in ``names``.
        var name: Range<Int>
    }

    var version: UInt32
    var entries: [Entry]
    /// The bytes that the entries' ranges of fixed parts are in.
    var fixedParts: [UInt8]
    /// The bytes that the entries' ranges of names are in.
    var names: [UInt8]
    /// The cached ids of whole folders, if any.
    var cacheTree: CacheTree?
    /// The `REUC` extension as it is.
    var resolveUndo: [UInt8]?
    /// When the file was written: entries changed at or after that time can't be trusted by their time alone.
    var writtenAt: FileTime
    /// How many of ``fixedParts`` were read from the file; what comes after was put since.
    var readCount = 0

    /// An index without entries.
    static let empty = IndexFile(
        version: 2, entries: [], fixedParts: [], names: [], cacheTree: nil, resolveUndo: nil, writtenAt: .zero)

    /// The path of an entry.
    func path(of entry: Entry) -> String { String(decoding: names[entry.name], as: UTF8.self) }

    /// The id of an entry.
    func id(of entry: Entry) -> ObjectID {
        fixedParts.withUnsafeBytes {
            ObjectID(
                rawBytes: UnsafeRawBufferPointer(
                    rebasing: $0[(entry.fixed.lowerBound + 40)..<(entry.fixed.lowerBound + 60)]))
        }
    }

    /// The mode of an entry; `nil` for one that no version of git writes.
    func mode(of entry: Entry) -> FileMode? { FileMode(raw: word(at: entry.fixed.lowerBound + 24)) }

    /// 0, or 1 to 3 for the sides of a conflict.
    func stage(of entry: Entry) -> Int { Int(flags(of: entry) >> 12 & 3) }

    func flags(of entry: Entry) -> UInt16 {
        UInt16(fixedParts[entry.fixed.lowerBound + 60]) << 8 | UInt16(fixedParts[entry.fixed.lowerBound + 61])
    }

    /// `assume-unchanged`: its user asked not to look at the file.
    func isAssumedUnchanged(_ entry: Entry) -> Bool { flags(of: entry) & 0x8000 != 0 }

    private func extendedFlags(of entry: Entry) -> UInt8 {
        entry.fixed.count == 64 ? fixedParts[entry.fixed.lowerBound + 62] : 0
    }

    /// `skip-worktree`: a sparse checkout has no such file.
    func isSkipped(_ entry: Entry) -> Bool { extendedFlags(of: entry) & 0x40 != 0 }

    /// `git add --intent-to-add`: the path is known, its content is not staged.
    func isIntentToAdd(_ entry: Entry) -> Bool { extendedFlags(of: entry) & 0x20 != 0 }

    /// The file's state when it was last known to have the content of the entry.
    func stat(of entry: Entry) -> FileStat {
        let start = entry.fixed.lowerBound
        return FileStat(
            changed: FileTime(seconds: word(at: start), nanoseconds: word(at: start + 4)),
            modified: FileTime(seconds: word(at: start + 8), nanoseconds: word(at: start + 12)),
            device: word(at: start + 16), inode: word(at: start + 20), user: word(at: start + 28),
            group: word(at: start + 32), size: word(at: start + 36))
    }

    /// When the file was last changed, as far as the entry knows.
    func modified(of entry: Entry) -> FileTime {
        FileTime(seconds: word(at: entry.fixed.lowerBound + 8), nanoseconds: word(at: entry.fixed.lowerBound + 12))
    }

    private func word(at offset: Int) -> UInt32 {
        fixedParts.withUnsafeBytes { UInt32(bigEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
    }

    /// The position of the first entry that does not sort before `path`.
    func position(of path: [UInt8]) -> Int {
        names.withUnsafeBytes { names in
            path.withUnsafeBytes { path in
                var low = 0
                var high = entries.count
                while low < high {
                    let middle = (low + high) / 2
                    let name = UnsafeRawBufferPointer(rebasing: names[entries[middle].name])
                    if TreeOrder.precedes(name, isTree: false, path, isTree: false) {
                        low = middle + 1
                    } else {
                        high = middle
                    }
                }
                return low
            }
        }
    }

    /// The positions of the entries of exactly this path: one, or the sides of a conflict.
    func positions(of path: [UInt8]) -> Range<Int> {
        let start = position(of: path)
        var end = start
        while end < entries.count, names[entries[end].name].elementsEqual(path) { end += 1 }
        return start..<end
    }

    /// The positions of the entries below a folder, whose path ends in `/`; an empty path stands for all.
    func positions(below folder: [UInt8]) -> Range<Int> {
        if folder.isEmpty { return 0..<entries.count }
        let start = position(of: folder)
        // The byte after "/" is the first that a path beyond the folder can have there.
        let end = position(of: folder.dropLast() + [0x30])
        return start..<max(start, end)
    }
}

/// A time of the file system, as the index keeps it.
struct FileTime: Hashable, Comparable {
    var seconds: UInt32
    var nanoseconds: UInt32
    static let zero = FileTime(seconds: 0, nanoseconds: 0)

    static func < (left: FileTime, right: FileTime) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }
}

/// What `lstat` says of a file, cut to 32 bits as the index keeps it.
struct FileStat: Hashable {
    var changed: FileTime
    var modified: FileTime
    var device: UInt32
    var inode: UInt32
    var user: UInt32
    var group: UInt32
    var size: UInt32

    static let unknown = FileStat(changed: .zero, modified: .zero, device: 0, inode: 0, user: 0, group: 0, size: 0)
}
