extension Repository {
    /// Groups of files of a tree whose paths are the same but for the case of ASCII letters: file systems that do not tell case
    /// apart have room for one of each. Only folders that lead to `paths` are read, each once.
    ///
    /// - Parameter paths: Groups without any of them are left out.
    public func filesAlikeButForCase(_ paths: [String], in tree: TreeID) throws(GitError) -> [[String]] {
        var found: [[UInt8]: [String]] = [:]
        try collect(paths.map { $0.utf8.split(separator: 0x2F).map(lowercased)[...] }, in: tree, at: "", into: &found)
        return groups(found)
    }

    /// The same of paths that are known all, as those of an index.
    public static func alikeButForCase(_ paths: [String], among all: [String]) -> [[String]] {
        let wanted = Set(paths.map { lowercased($0.utf8) })
        var found: [[UInt8]: [String]] = [:]
        for path in all {
            let key = lowercased(path.utf8)
            if wanted.contains(key) { found[key, default: []].append(path) }
        }
        return groups(found)
    }

    /// - Parameter wanted: The parts of the paths that are looked for, from this folder on, in small letters.
    private func collect(
        _ wanted: [ArraySlice<[UInt8]>], in tree: TreeID, at folder: String, into found: inout [[UInt8]: [String]]
    ) throws(GitError) {
        let wanted = Dictionary(grouping: wanted.filter { !$0.isEmpty }, by: { $0[$0.startIndex] })
        var folders: [(path: String, tree: TreeID, wanted: [ArraySlice<[UInt8]>])] = []
        try forEachEntry(of: tree) { (entry, bytes) throws(GitError) in
            guard let paths = wanted[lowercased(bytes[entry.name])] else { return }
            let path = folder + String(decoding: bytes[entry.name], as: UTF8.self)
            if entry.mode == .tree {
                folders.append((path + "/", TreeID(entry.id), paths.map { $0.dropFirst() }))
            } else if paths.contains(where: { $0.count == 1 }) {
                found[lowercased(path.utf8), default: []].append(path)
            }
        }
        for folder in folders { try collect(folder.wanted, in: folder.tree, at: folder.path, into: &found) }
    }
}

private func groups(_ found: [[UInt8]: [String]]) -> [[String]] {
    found.values.filter { $0.count > 1 }.map { $0.sorted() }.sorted { $0.lexicographicallyPrecedes($1) }
}

private func lowercased(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    bytes.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
}
