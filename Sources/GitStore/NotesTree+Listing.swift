extension NotesTree {
    /// A note, and the object that it is on.
    package typealias Note = (target: ObjectID, note: BlobID)

    /// A folder of notes: the digits that its names add to, and its tree.
    fileprivate struct Folder: Sendable {
        let prefix: [UInt8]
        let tree: ObjectID
    }

    /// What a folder holds.
    fileprivate struct Content: Sendable {
        var notes: [Note] = []
        var folders: [Folder] = []
    }

    /// Every note, in no order. It reads the folders one level after the other, each level in the order of the packs: of
    /// 100,000 notes there are 65,000.
    package func listed() throws -> [Note] {
        var notes: [Note] = []
        var level = root.map { [Folder(prefix: [], tree: $0.object)] } ?? []
        while !level.isEmpty {
            var next: [Folder] = []
            try ObjectPipeline.run(
                level, of: repository, as: .tree, object: { $0.tree },
                parse: { folder, bytes in Result { () throws(GitError) in try Self.content(of: folder, bytes) } },
                take: { content in
                    let content = try content.get()
                    notes += content.notes
                    next += content.folders
                })
            level = next
        }
        return notes
    }

    private static func content(of folder: Folder, _ bytes: [UInt8]) throws(GitError) -> Content {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(GitError) in
                var content = Content()
                var reader = RawTreeReader(bytes, of: folder.tree)
                while let entry = try reader.next() { content.add(entry, of: bytes, in: folder.prefix) }
                return content
            }
        }
        return try result.get()
    }
}

extension NotesTree.Content {
    /// Adds an entry, where it is a note or a folder of notes.
    fileprivate mutating func add(_ entry: RawTreeEntry, of bytes: UnsafeRawBufferPointer, in prefix: [UInt8]) {
        let name = prefix + bytes[entry.name]
        if entry.mode == .tree {
            // Deeper than 19 folders no name is left for the note itself.
            guard entry.name.count == 2, name.count < ObjectID.hexCount, NotesFolder.isHex(bytes[entry.name]) else {
                return
            }
            folders.append(NotesTree.Folder(prefix: name, tree: entry.id))
        } else if let target = ObjectID(hexBytes: name) {
            notes.append((target, BlobID(entry.id)))
        }
    }
}
