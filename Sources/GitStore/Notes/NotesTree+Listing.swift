extension NotesTree {
    /// What a folder holds.
    struct Content: Sendable {
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

    static func content(of folder: Folder, _ bytes: [UInt8]) throws(GitError) -> Content {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(GitError) in
                var content = Content()
                var reader = RawTreeReader(bytes, of: folder.tree)
                while let entry = try reader.next() {
                    switch Entry(entry, of: bytes, below: folder.prefix) {
                    case .note(let note): content.notes.append(note)
                    case .folder(let folder): content.folders.append(folder)
                    case nil: break
                    }
                }
                return content
            }
        }
        return try result.get()
    }
}
