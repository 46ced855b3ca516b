/// One folder of a notes tree, while it is rewritten.
///
/// Of a large folder nearly all entries stay: they are pieces of the tree that was read, in its order, and are written as they are.
struct NotesFolder {
    /// A note to set, or to remove where there is no blob.
    struct Change {
        /// The target's 40 digits.
        let name: [UInt8]
        let blob: BlobID?
    }

    private struct Entry {
        /// The whole entry as it stands in the tree.
        let bytes: ArraySlice<UInt8>
        let name: ArraySlice<UInt8>
        let isTree: Bool
        let id: ObjectID

        init(_ entry: RawTreeEntry, of tree: [UInt8]) {
            (bytes, name) = (tree[entry.range], tree[entry.name])
            (isTree, id) = (entry.mode == .tree, entry.id)
        }

        init(_ name: [UInt8], isTree: Bool, _ id: ObjectID) {
            var bytes: [UInt8] = []
            bytes.appendTreeEntry(name: name, mode: isTree ? .tree : .blob, id: id)
            (self.bytes, self.name, self.isTree, self.id) = (bytes[...], name[...], isTree, id)
        }

        func precedes(_ name: ArraySlice<UInt8>, isTree: Bool) -> Bool {
            TreeOrder.precedes(self.name, isTree: self.isTree, name, isTree: isTree)
        }
    }

    /// In the order of the tree.
    private var entries: [Entry] = []
    /// How many digits of a note's target its name here has.
    private let length: Int

    init(_ tree: TreeID?, in repository: Repository, depth: Int) throws(GitError) {
        length = ObjectID.hexCount - depth
        guard let tree, tree != .empty else { return }
        entries = try repository.withObject(tree.object, as: .tree) { (raw) throws(GitError) in
            let bytes = Array(raw)
            var entries: [Entry] = []
            entries.reserveCapacity(bytes.count / (length + 28) + 1)
            var reader = RawTreeReader(raw, of: tree.object)
            while let entry = try reader.next() { entries.append(Entry(entry, of: bytes)) }
            return entries
        }
        // Whoever wrote it may have had another idea of the order.
        let isInOrder = zip(entries, entries.dropFirst()).allSatisfy { $0.precedes($1.name, isTree: $1.isTree) }
        if !isInOrder { entries.sort { $0.precedes($1.name, isTree: $1.isTree) } }
    }

    /// The folder of two digits in this one; nil where there is none.
    func subtree(_ digits: [UInt8]) -> TreeID? {
        guard length > 2 else { return nil }
        let place = place(of: digits[...], isTree: true)
        return isAt(place, digits, isTree: true) ? TreeID(entries[place].id) : nil
    }

    /// Puts a folder of two digits here in the place of the one that is there; nil removes that.
    mutating func setSubtree(_ digits: [UInt8], to tree: TreeID?) { set(digits, isTree: true, to: tree?.object) }

    /// Puts a note here, by the rest of its target's digits; nil removes the one that is there.
    mutating func setNote(_ name: [UInt8], to blob: BlobID?) { set(name, isTree: false, to: blob?.object) }

    /// Takes all notes out of the folder; names as ``setNote(_:to:)`` has them.
    mutating func takeNotes() -> [(name: [UInt8], blob: BlobID)] {
        let notes = entries.filter(isNote).map { (name: Array($0.name), blob: BlobID($0.id)) }
        entries.removeAll(where: isNote)
        return notes
    }

    private mutating func set(_ name: [UInt8], isTree: Bool, to id: ObjectID?) {
        let place = place(of: name[...], isTree: isTree)
        if isAt(place, name, isTree: isTree) { entries.remove(at: place) }
        if let id { entries.insert(Entry(name, isTree: isTree, id), at: place) }
    }

    private func isAt(_ place: Int, _ name: [UInt8], isTree: Bool) -> Bool {
        place < entries.count && entries[place].isTree == isTree && entries[place].name == name[...]
    }

    /// Where an entry is, or would be.
    private func place(of name: ArraySlice<UInt8>, isTree: Bool) -> Int {
        var (first, end) = (0, entries.count)
        while first < end {
            let middle = (first + end) / 2
            if entries[middle].precedes(name, isTree: isTree) { first = middle + 1 } else { end = middle }
        }
        return first
    }

    private func isNote(_ entry: Entry) -> Bool {
        !entry.isTree && entry.name.count == length && Self.isHex(entry.name)
    }

    /// From more notes on a folder below the top is split. Its tree then has 64 KiB, as much as is written with every new note.
    private static let mostNotes = 1_024

    /// The top folder is split by git's rule (`determine_fanout` in notes.c): each of the sixteen first digits has a folder or
    /// at least two notes. By the same rule the folders below would be split as soon as they have about eighty notes, into
    /// folders of one note; in a pack such a folder takes thrice the bytes of the entry in it. git reads any mixture.
    var isToBeSplit: Bool {
        guard length == ObjectID.hexCount else {
            return entries.count > Self.mostNotes && entries.filter(isNote).count > Self.mostNotes
        }
        var counts = [Int](repeating: 0, count: 16)
        var hasNotes = false
        for entry in entries {
            guard let digit = entry.name.first.flatMap(Hex.value) else { continue }
            if isNote(entry) {
                hasNotes = true
                counts[Int(digit)] += 1
            } else if entry.isTree, entry.name.count == 2, Self.isHex(entry.name) {
                counts[Int(digit)] += 2
            }
        }
        return hasNotes && counts.allSatisfy { $0 >= 2 }
    }

    /// Stores the folder; `nil` when it is empty.
    func write(in repository: Repository) throws(GitError) -> TreeID? {
        if entries.isEmpty { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entries.reduce(0) { $0 + $1.bytes.count })
        for entry in entries { bytes += entry.bytes }
        return TreeID(try repository.write(.tree, bytes))
    }

    /// Lower-case hexadecimal digits only, as git writes them.
    static func isHex(_ name: some Sequence<UInt8>) -> Bool {
        name.allSatisfy { Hex.value($0) != nil && !(0x41...0x46).contains($0) }
    }
}
