import WorkflowHistory

extension CommandContext {
    /// The workflows of the repository that the command works on.
    func openWorkflows() throws -> WorkflowRepository {
        let repository = try openRepository()
        try SetupAdvice(context: self, repository: repository).giveOnce()
        return WorkflowRepository(repository, index: PresentIndex(repository))
    }
}
