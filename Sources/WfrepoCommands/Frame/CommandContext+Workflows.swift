import WorkflowHistory

extension CommandContext {
    /// The workflows of the repository that the command works on.
    func openWorkflows() throws -> WorkflowRepository { WorkflowRepository(try openRepository()) }
}
