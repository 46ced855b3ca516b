extension Repository {
    /// Reads one folder.
    public func tree(_ id: TreeID) throws(GitError) -> Tree {
        var entries: [TreeEntry] = []
        try forEachEntry(of: id) { entry, bytes in
            entries.append(
                TreeEntry(
                    nameBytes: UnsafeRawBufferPointer(rebasing: bytes[entry.name]), mode: entry.mode, id: entry.id))
        }
        return Tree(entries: entries)
    }

    /// Stores a folder. The entries may be in any order; two of one name or a forbidden name are errors.
    public func writeTree(_ entries: [TreeEntry]) throws(GitError) -> TreeID {
        let named = entries.map { (name: $0.nameBytes, entry: $0) }
        let sorted = named.sorted {
            TreeOrder.precedes($0.name, isTree: $0.entry.mode == .tree, $1.name, isTree: $1.entry.mode == .tree)
        }
        var names: Set<[UInt8]> = []
        var bytes: [UInt8] = []
        for (name, entry) in sorted {
            try EntryName.validate(name)
            guard names.insert(name).inserted else {
                throw GitError(.invalid, "write tree", entry.name, "the name is there twice")
            }
            bytes.appendTreeEntry(name: name, mode: entry.mode, id: entry.id)
        }
        return TreeID(try write(.tree, bytes))
    }

    /// The entry at a path such as `workflows/deploy.yaml`; `nil` where there is none.
    public func entry(at path: String, in tree: TreeID) throws(GitError) -> TreeEntry? {
        var folder = tree
        var found: TreeEntry?
        for component in path.utf8.split(separator: 0x2F) {
            if let found {
                guard found.mode == .tree else { return nil }
                folder = TreeID(found.id)
            }
            guard let entry = try entry(named: Array(component), in: folder) else { return nil }
            found = entry
        }
        return found
    }

    /// Every file at or below `prefix` with its path from the top of the tree, in git's order. Folders are not listed
    /// themselves; symbolic links and submodules are.
    public func files(
        in tree: TreeID, under prefix: String = ""
    ) throws(GitError) -> [(path: String, entry: TreeEntry)] {
        var found: [(path: String, entry: TreeEntry)] = []
        let prefix = prefix.split(separator: "/").joined(separator: "/")
        guard !prefix.isEmpty else {
            try collectFiles(of: tree, path: "", into: &found)
            return found
        }
        guard let entry = try entry(at: prefix, in: tree) else { return [] }
        guard entry.mode == .tree else { return [(prefix, entry)] }
        try collectFiles(of: TreeID(entry.id), path: prefix + "/", into: &found)
        return found
    }

    private func collectFiles(
        of tree: TreeID, path: String, into found: inout [(path: String, entry: TreeEntry)]
    ) throws(GitError) {
        for entry in try self.tree(tree).entries {
            if entry.mode == .tree {
                try collectFiles(of: TreeID(entry.id), path: path + entry.name + "/", into: &found)
            } else {
                found.append((path + entry.name, entry))
            }
        }
    }

    private func entry(named name: [UInt8], in tree: TreeID) throws(GitError) -> TreeEntry? {
        if tree == .empty { return nil }
        return try withObject(tree.object, as: .tree) { (bytes) throws(GitError) in
            var reader = RawTreeReader(bytes, of: tree.object)
            while let entry = try reader.next() {
                let stored = UnsafeRawBufferPointer(rebasing: bytes[entry.name])
                if stored.count == name.count, stored.elementsEqual(name) {
                    return TreeEntry(nameBytes: stored, mode: entry.mode, id: entry.id)
                }
            }
            return nil
        }
    }

    func forEachEntry(
        of tree: TreeID, _ body: (RawTreeEntry, UnsafeRawBufferPointer) throws(GitError) -> Void
    ) throws(GitError) {
        // git reads the empty tree even where nobody stored it.
        if tree == .empty { return }
        try withObject(tree.object, as: .tree) { (bytes) throws(GitError) in
            var reader = RawTreeReader(bytes, of: tree.object)
            while let entry = try reader.next() { try body(entry, bytes) }
        }
    }
}

extension [UInt8] {
    /// Appends an entry in the form of tree objects.
    mutating func appendTreeEntry(name: [UInt8], mode: FileMode, id: ObjectID) {
        append(contentsOf: mode.octal.utf8)
        append(0x20)
        append(contentsOf: name)
        append(0)
        append(contentsOf: id.bytes)
    }
}

/// The names that git's tree entries may have.
enum EntryName {
    /// Refuses what `git fsck --strict` refuses: empty names, `.`, `..`, `.git` in any case and its short form on FAT.
    static func validate(_ name: [UInt8]) throws(GitError) {
        let text = String(decoding: name, as: UTF8.self)
        let forbidden = ["", ".", "..", ".git", "git~1"].contains(text.lowercased())
        guard !forbidden, !name.contains(0), !name.contains(0x2F) else {
            throw GitError(.invalidName, "write tree", text, "git does not allow that name in a tree")
        }
    }
}
