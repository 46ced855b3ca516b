import GitStore
import Glibc
import WorkflowHistory

/// What a person is told in a clone of workflows that nobody has set up: git clones neither hooks nor settings, so without
/// it nothing would be checked and no result be seen, and nothing would say why.
struct SetupAdvice {
    let context: CommandContext
    let repository: Repository

    private var folder: String { repository.commonDirectory + "wfrepo" }
    private var mark: String { folder + "/advised" }

    /// Says what `wfrepo init` would do here, once a clone; quick where there is nothing to say.
    func giveOnce() throws {
        guard repository.showsOwnFolder, access(mark, F_OK) != 0, access(folder + "/clone-id", F_OK) != 0,
            try holdsWorkflows()
        else { return }
        let branch = try repository.head.branchName ?? "main"
        let missing = try RepositorySetup(context.setupOptions(initialBranch: branch)).plan(repository)
            .filter { !$0.isDone }
        guard !missing.isEmpty else { return }
        let output = context.errors
        output.note("this clone holds workflows and is not set up; 'wfrepo init' would")
        for step in missing { output.writeLine("  \(visible(step.description))") }
        output.writeLine("Until then plain git checks nothing here and starts no runs. This is said once.")
        remember()
    }

    private func holdsWorkflows() throws -> Bool {
        guard let tip = try repository.head.tip else { return false }
        return try repository.entry(at: WorkflowRepository.folder, in: repository.commit(tip).tree)?.mode == .tree
    }

    /// A repository that can't be written to says it again the next time.
    private func remember() {
        do {
            try repository.makeOwnFolder()
            try DurableFile.writeDerived([], to: mark, sharing: .asFolder(of: mark))
        } catch {
            // It is no more than a remark.
        }
    }
}
