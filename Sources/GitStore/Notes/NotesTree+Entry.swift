extension NotesTree {
    /// A note, and the object that it is on.
    package typealias Note = (target: ObjectID, note: BlobID)

    /// A folder of notes: the digits that its names add to, and its tree.
    struct Folder: Sendable {
        let prefix: [UInt8]
        let tree: ObjectID
    }

    /// What an entry of a folder of notes is.
    enum Entry {
        case note(Note)
        case folder(Folder)

        /// nil for what is neither.
        init?(_ entry: RawTreeEntry, of bytes: UnsafeRawBufferPointer, below prefix: [UInt8]) {
            let name = prefix + bytes[entry.name]
            if entry.mode == .tree {
                // Deeper than 19 folders no name is left for the note itself.
                guard entry.name.count == 2, name.count < ObjectID.hexCount, NotesFolder.isHex(bytes[entry.name]) else {
                    return nil
                }
                self = .folder(Folder(prefix: name, tree: entry.id))
            } else {
                guard let target = ObjectID(hexBytes: name) else { return nil }
                self = .note((target, BlobID(entry.id)))
            }
        }
    }
}
