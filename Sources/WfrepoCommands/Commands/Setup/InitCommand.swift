import ArgumentParser
import DocumentTree
import GitStore
import WorkflowHistory
import WorkflowLanguage
import WorkflowRecords

struct InitCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "init", abstract: "Make a folder a repository of workflows, or set up a clone of one.",
        discussion: """
            Makes the git repository where there is none, installs the git hooks (earlier ones go on to run), lets plain \
            'git log' show the results of runs, and puts the schema of workflows where editors find it. It can be repeated \
            at any time. One's own repository is trusted by it; a clone's commits start no runs until 'wfrepo trust'.
            """)

    @Argument(help: "The folder; the current one where none is given.", completion: .directory)
    var directory: String?

    @Flag(help: "Make a bare repository, which others push to.")
    var bare = false

    @Option(name: [.customShort("b"), .long], help: "The name of the first branch of a new repository.")
    var initialBranch: String?

    @Flag(help: "Leave what was written to a later commit.")
    var noCommit = false

    @Flag(help: "Replace a schema for editors that another version of wfrepo wrote.")
    var updateSchema = false

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        // What can't be done is said before anything is made.
        _ = try context.stateFolder()
        let path = directory.map(context.absolute) ?? context.directory
        let present = try existing(at: path, in: context)
        let isNew = present == nil
        let repository = try present ?? make(at: path, in: context)
        let steps = try RepositorySetup(context.setupOptions(initialBranch: repository.head.branchName ?? "main"))
            .apply(repository)
        let setup = RepositoryFiles(repository: repository, context: context)
        let notes = try setup.write(updatingSchema: updateSchema)
        let saved = noCommit ? nil : try setup.save()
        let isTrusted = try trust(repository, in: context)
        context.warn(ofLeftOut: steps)
        guard !form.json else {
            return try context.output.writeJSON(summary(repository, isNew, steps, saved, isTrusted))
        }
        let place = repository.workTree ?? repository.gitDirectory
        context.output.writeLine("\(isNew ? "Made" : "Set up") the workflow repository in \(visible(place))")
        for step in steps where !step.isDone && step.obstacle == nil {
            context.output.writeLine("  \(visible(step.description))")
        }
        if !isNew, saved == nil, steps.allSatisfy(\.isDone) { context.output.writeLine("  everything was in place") }
        for note in notes { context.output.writeLine("  \(visible(note))") }
        if let saved { context.report(saved) }
        context.output.writeLine(advice(repository, isNew: isNew, isTrusted: isTrusted))
    }

    /// What to do next.
    private func advice(_ repository: Repository, isNew: Bool, isTrusted: Bool) -> String {
        guard isTrusted else { return "Commits start no runs here until you allow it: wfrepo trust" }
        if repository.workTree == nil {
            return "Push workflows to it: git remote add origin \(visible(repository.gitDirectory))"
        }
        return isNew ? "Make a workflow: wfrepo new NAME --template hello" : "Look around: wfrepo list"
    }

    /// The repository that is there already: at the folder that was named, or the one that the current folder is in.
    private func existing(at path: String, in context: CommandContext) throws -> Repository? {
        do throws(GitError) {
            guard directory != nil else { return try context.openRepository() }
            return try context.withUserConfiguration { () throws(GitError) in try Repository.open(path) }
        } catch {
            guard error.code == .notARepository else { throw error }
            return nil
        }
    }

    /// A new repository, on the branch that the user's configuration names.
    private func make(at path: String, in context: CommandContext) throws -> Repository {
        let repository = try context.withUserConfiguration { () throws(GitError) in
            try Repository.initialize(at: path, bare: bare, initialBranch: initialBranch ?? "main")
        }
        if initialBranch == nil, let branch = try repository.configuration.string("init.defaultBranch") {
            try repository.setHead(toBranch: branch)
        }
        try context.forgetSeenTips(of: repository)
        return repository
    }

    /// Trusts a repository of one's own; one that came from elsewhere is for its user to judge.
    private func trust(_ repository: Repository, in context: CommandContext) throws -> Bool {
        let store = try context.trustStore()
        if try store.trusts(repository) { return true }
        guard try repository.configuration.string("remote.origin.url") == nil else { return false }
        try store.trust(
            repository, allowing: try WorkflowRepository(repository).settings().allowing, now: context.now.seconds)
        let trail = context.auditTrail(repository, "wfrepo init")
        context.tell([trail.event(.trustGiven)], to: trail, in: repository)
        return true
    }

    private func summary(
        _ repository: Repository, _ isNew: Bool, _ steps: [SetupStep], _ saved: SavedCommit?, _ isTrusted: Bool
    ) -> Value {
        [
            "git_directory": .string(repository.gitDirectory), "work_tree": Value(repository.workTree),
            "created": .bool(isNew), "trusted": .bool(isTrusted), "commit": Value(saved?.commit.description),
            "steps": .sequence(
                steps.map { step in
                    [
                        "subject": .string(step.subject.rawValue), "step": .string(step.description),
                        "done_before": .bool(step.isDone), "left_out": Value(step.obstacle?.description),
                    ]
                }),
        ]
    }
}
