internal import GitStore
public import WorkflowLanguage

extension WorkflowRepository {
    /// The definition of a workflow as its file in the work tree stands, saved or not; nil where there is none, or no work
    /// tree.
    ///
    /// - Throws: `exists` where both extensions are present, `notAFile`, `tooLarge`.
    public func worktreeDefinition(of name: WorkflowName) throws -> [UInt8]? {
        repository.workTree == nil ? nil : try worktreeFile(of: name)?.bytes
    }

    /// The content of a file in the work tree; nil where there is none, or no work tree.
    ///
    /// - Parameter path: from the top of the tree.
    /// - Throws: `notAFile`, `tooLarge`.
    public func worktreeContent(at path: String) throws -> [UInt8]? {
        repository.workTree == nil ? nil : try worktreeFile(at: path)?.bytes
    }
}
