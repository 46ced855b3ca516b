internal import GitStore
internal import WorkflowLanguage

/// A definition as it stands in the work tree.
struct WorktreeDefinition: Hashable {
    var path: String
    var mode: FileMode
    var bytes: [UInt8]
}

extension WorkflowRepository {
    /// The definition in the work tree, as it would be stored; nil where there is none.
    ///
    /// - Throws: `exists` where both extensions are there, `notAFile`, `tooLarge`, `bare`.
    func worktreeFile(of name: WorkflowName) throws -> WorktreeDefinition? {
        let found = try [name.path, name.shortPath].compactMap { try worktreeFile(at: $0) }
        guard found.count < 2 else { throw WorkflowListing.doubled(name, remove: "rm") }
        return found.first
    }

    /// A file of the work tree, as it would be stored (line endings converted as git's attributes say).
    func worktreeFile(at path: String) throws -> WorktreeDefinition? {
        let workTree = try WorkTree(of: repository)
        guard let file = try workTree.read(path) else { return nil }
        return WorktreeDefinition(
            path: path, mode: file.isExecutable ? .executable : .blob,
            bytes: try repository.storedForm(of: file.bytes, at: path))
    }
}
