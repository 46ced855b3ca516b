/// One folder of a notes tree, while it is rewritten.
struct NotesFolder {
    /// A note to set, or to remove where there is no blob.
    struct Change {
        /// The target's 40 digits.
        let name: [UInt8]
        let blob: BlobID?
    }

    /// Notes by the rest of their target's digits.
    var notes: [[UInt8]: ObjectID] = [:]
    /// Folders by their two digits.
    var subtrees: [[UInt8]: ObjectID] = [:]
    /// What is neither, as it is.
    private var others: [(name: [UInt8], mode: FileMode, id: ObjectID)] = []

    init(_ tree: TreeID?, in repository: Repository, depth: Int) throws(GitError) {
        guard let tree else { return }
        let length = ObjectID.hexCount - depth
        try repository.forEachEntry(of: tree) { entry, bytes in
            let name = Array(bytes[entry.name])
            let isHex = NotesFolder.isHex(bytes[entry.name])
            switch entry.mode {
            case .tree where name.count == 2 && isHex && length > 2: subtrees[name] = entry.id
            case _ where entry.mode != .tree && name.count == length && isHex: notes[name] = entry.id
            default: others.append((name, entry.mode, entry.id))
            }
        }
    }

    /// From more notes on a folder below the top is split. Its tree then has 64 KiB, as much as is written with every new note.
    private static let mostNotes = 1_024

    /// The top folder is split by git's rule (`determine_fanout` in notes.c): each of the sixteen first digits has a folder or
    /// at least two notes. By the same rule the folders below would be split as soon as they have about eighty notes, into
    /// folders of one note; in a pack such a folder takes thrice the bytes of the entry in it. git reads any mixture.
    func isToBeSplit(depth: Int) -> Bool {
        guard !notes.isEmpty else { return false }
        guard depth == 0 else { return notes.count > Self.mostNotes }
        var counts = [Int](repeating: 0, count: 16)
        for name in notes.keys { if let digit = name.first.flatMap(Hex.value) { counts[Int(digit)] += 1 } }
        for name in subtrees.keys { if let digit = name.first.flatMap(Hex.value) { counts[Int(digit)] += 2 } }
        return counts.allSatisfy { $0 >= 2 }
    }

    /// Stores the folder; `nil` when it is empty.
    func write(in repository: Repository) throws(GitError) -> TreeID? {
        var entries = others
        entries += notes.map { ($0.key, .blob, $0.value) }
        entries += subtrees.map { ($0.key, .tree, $0.value) }
        if entries.isEmpty { return nil }
        entries.sort { TreeOrder.precedes($0.name, isTree: $0.mode == .tree, $1.name, isTree: $1.mode == .tree) }
        var bytes: [UInt8] = []
        for entry in entries { bytes.appendTreeEntry(name: entry.name, mode: entry.mode, id: entry.id) }
        return TreeID(try repository.write(.tree, bytes))
    }

    /// Lower-case hexadecimal digits only, as git writes them.
    static func isHex(_ name: some Sequence<UInt8>) -> Bool {
        name.allSatisfy { Hex.value($0) != nil && !(0x41...0x46).contains($0) }
    }
}
