extension Repository {
    /// The tree with some paths put or removed. Only the folders along those paths are read and written; folders that
    /// lose their last entry vanish; a file makes way for a folder of its name only when it is removed by another change.
    ///
    /// - Parameter base: what to start from; `nil` for no files.
    /// - Throws: `invalidName` for a path that git does not allow, `notFound` for a blob or tree that is not stored,
    ///   `conflict` for a path put as a file and as a folder.
    public func editTree(_ base: TreeID?, _ changes: [TreeChange]) throws(GitError) -> TreeID {
        var latest: [[[UInt8]]: TreeChange.Action] = [:]
        for change in changes {
            latest[try change.components(for: "edit tree")] = change.action
            if case .put(let mode, let id) = change.action, mode != .commit, !exists(id) {
                throw GitError(.notFound, "edit tree", change.path, "there is no object \(id)")
            }
        }
        if latest.isEmpty, let base { return base }
        let steps = latest.map { TreeEditor.Step(components: $0.key, action: $0.value) }
            .sorted { $0.components.lexicographicallyPrecedes($1.components) { $0.lexicographicallyPrecedes($1) } }
        let edited = try TreeEditor(repository: self).edit(base, steps[...], depth: 0)
        if let edited { return edited }
        return TreeID(try write(.tree, []))
    }
}
