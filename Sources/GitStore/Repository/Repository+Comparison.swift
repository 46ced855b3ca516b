/// A file that differs between two trees.
public struct PathChange: Hashable, Sendable {
    /// The path from the top of the tree.
    public let path: String
    /// What was there; `nil` when the file is new.
    public let old: TreeEntry?
    /// What is there; `nil` when the file is gone.
    public let new: TreeEntry?
}

extension Repository {
    /// The files that differ between two trees, in git's order; equal folders are not even read. A file that became a
    /// folder is one removal and the additions below. Renames are not guessed.
    ///
    /// - Parameters:
    ///   - from: the older tree; `nil` for no files.
    ///   - to: the newer tree; `nil` for no files.
    ///   - prefix: a file or folder to look at alone.
    public func changedPaths(
        from: TreeID?, to: TreeID?, under prefix: String? = nil
    ) throws(GitError) -> [PathChange] {
        var found: [PathChange] = []
        let prefix = prefix?.split(separator: "/").joined(separator: "/") ?? ""
        guard !prefix.isEmpty else {
            try collectChanges(from: from, to: to, path: "", into: &found)
            return found
        }
        var old: TreeEntry?
        var new: TreeEntry?
        if let from { old = try entry(at: prefix, in: from) }
        if let to { new = try entry(at: prefix, in: to) }
        try collectChange(path: prefix, old: old, new: new, into: &found)
        return found
    }

    private func collectChanges(
        from: TreeID?, to: TreeID?, path: String, into found: inout [PathChange]
    ) throws(GitError) {
        if from == to { return }
        let differences = try differingEntries(from: from, to: to)
        for (old, new) in differences {
            guard let name = old?.name ?? new?.name else { continue }
            try collectChange(path: path + name, old: old, new: new, into: &found)
        }
    }

    private func collectChange(
        path: String, old: TreeEntry?, new: TreeEntry?, into found: inout [PathChange]
    ) throws(GitError) {
        if old?.mode == new?.mode, old?.id == new?.id { return }
        let oldFolder = old.flatMap { $0.mode == .tree ? TreeID($0.id) : nil }
        let newFolder = new.flatMap { $0.mode == .tree ? TreeID($0.id) : nil }
        let oldFile = oldFolder == nil ? old : nil
        let newFile = newFolder == nil ? new : nil
        if oldFile != nil || newFile != nil { found.append(PathChange(path: path, old: oldFile, new: newFile)) }
        if oldFolder != nil || newFolder != nil {
            try collectChanges(from: oldFolder, to: newFolder, path: path + "/", into: &found)
        }
    }

    /// The entries that two folders do not have in common, paired by name.
    private func differingEntries(
        from: TreeID?, to: TreeID?
    ) throws(GitError) -> [(old: TreeEntry?, new: TreeEntry?)] {
        guard let from else {
            return try to.map { id throws(GitError) in try tree(id).entries }?.map { (nil, $0) } ?? []
        }
        guard let to else { return try tree(from).entries.map { ($0, nil) } }
        if from == .empty { return try tree(to).entries.map { (nil, $0) } }
        if to == .empty { return try tree(from).entries.map { ($0, nil) } }
        return try withObject(from.object, as: .tree) { (oldBytes) throws(GitError) in
            try withObject(to.object, as: .tree) { (newBytes) throws(GitError) in
                try RawTreeComparison(old: oldBytes, new: newBytes, from: from, to: to).differences()
            }
        }
    }
}

/// Walks two tree objects side by side in git's order.
private struct RawTreeComparison {
    let old: UnsafeRawBufferPointer
    let new: UnsafeRawBufferPointer
    let from: TreeID
    let to: TreeID

    func differences() throws(GitError) -> [(old: TreeEntry?, new: TreeEntry?)] {
        var found: [(old: TreeEntry?, new: TreeEntry?)] = []
        var oldReader = RawTreeReader(old, of: from.object)
        var newReader = RawTreeReader(new, of: to.object)
        RawTreeReader.skipCommon(&oldReader, &newReader)
        var left = try oldReader.next()
        var right = try newReader.next()
        while left != nil || right != nil {
            switch order(left, right) {
            case .same:
                if let old = left, let new = right, old.id != new.id || old.mode != new.mode {
                    found.append((entry(old, in: self.old), entry(new, in: self.new)))
                }
                RawTreeReader.skipCommon(&oldReader, &newReader)
                left = try oldReader.next()
                right = try newReader.next()
            case .oldFirst:
                found.append((left.map { entry($0, in: old) }, nil))
                left = try oldReader.next()
            case .newFirst:
                found.append((nil, right.map { entry($0, in: new) }))
                right = try newReader.next()
            }
        }
        return found
    }

    private enum Order { case same, oldFirst, newFirst }

    private func order(_ left: RawTreeEntry?, _ right: RawTreeEntry?) -> Order {
        guard let left else { return .newFirst }
        guard let right else { return .oldFirst }
        let leftName = UnsafeRawBufferPointer(rebasing: old[left.name])
        let rightName = UnsafeRawBufferPointer(rebasing: new[right.name])
        let leftIsTree = left.mode == .tree
        let rightIsTree = right.mode == .tree
        if TreeOrder.precedes(leftName, isTree: leftIsTree, rightName, isTree: rightIsTree) { return .oldFirst }
        if TreeOrder.precedes(rightName, isTree: rightIsTree, leftName, isTree: leftIsTree) { return .newFirst }
        return .same
    }

    private func entry(_ entry: RawTreeEntry, in bytes: UnsafeRawBufferPointer) -> TreeEntry {
        TreeEntry(nameBytes: UnsafeRawBufferPointer(rebasing: bytes[entry.name]), mode: entry.mode, id: entry.id)
    }
}
