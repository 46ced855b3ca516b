import GitStore
import Glibc
import WorkflowHistory

extension CommandContext {
    /// The workflows of the repository that the command works on.
    func openWorkflows() throws -> WorkflowRepository {
        let repository = try openRepository()
        try refuseLinkedFolder(of: repository)
        try SetupAdvice(context: self, repository: repository).giveOnce()
        return WorkflowRepository(repository, index: PresentIndex(repository, damaged: tellOfDamagedIndex))
    }

    /// A link in the place of the folder would show no workflows, and could lead anywhere.
    private func refuseLinkedFolder(of repository: Repository) throws(CommandFailure) {
        guard let root = repository.workTree else { return }
        var status = stat()
        guard lstat(root + WorkflowRepository.folder, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return }
        throw CommandFailure(
            "\(root)\(WorkflowRepository.folder) is a symbolic link: what it leads to is not in this repository's history",
            hint:
                "put the definitions themselves there: rm \(WorkflowRepository.folder) && mkdir \(WorkflowRepository.folder)"
        )
    }
}
