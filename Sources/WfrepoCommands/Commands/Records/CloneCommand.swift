import ArgumentParser
import GitStore
import Glibc
import WorkflowHistory
import WorkflowRecords

struct CloneCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "clone", abstract: "Clone a repository of workflows, with the records of its runs.",
        discussion: """
            As 'git clone', then what a clone needs: git hooks, settings, and refspecs that let plain 'git fetch' bring \
            records. Nothing runs by itself in it until 'wfrepo trust'.
            """)

    @Argument(help: "Where the repository is, as git clone takes it.", completion: .directory)
    var url: String

    @Argument(help: "The folder to make; named for the repository where none is given.", completion: .directory)
    var directory: String?

    @Flag(name: .shortAndLong, help: "Print nothing but errors.")
    var quiet = false

    func run(in context: CommandContext) throws {
        // What can't be done is said before anything is made.
        _ = try context.stateFolder()
        let path = context.absolute(directory ?? Self.folder(for: url))
        // Neither hooks of a template nor options hidden in the address get a say.
        let outcome = try GitProgram(directory: context.directory, environment: context.environment).run(
            ["clone"] + (quiet || !context.terminal.errorIsTerminal ? ["--quiet"] : ["--progress"]) + [
                "--", url, path,
            ],
            settings: ["core.hooksPath=/dev/null"], errors: .descriptor(STDERR_FILENO))
        guard outcome.status == 0 else {
            throw CommandFailure("git clone ended with status \(outcome.status)", hint: "what git says stands above")
        }
        var inside = context
        inside.directory = path
        for name in GitProgram.localVariables { inside.environment[name] = nil }
        let repository = try inside.openRepository()
        try inside.forgetSeenTips(of: repository)
        var options = try inside.setupOptions(initialBranch: repository.head.branchName ?? "main")
        // What belongs into the tree came with it, or is for its owners to add.
        options.attributes = []
        context.warn(ofLeftOut: try RepositorySetup(options).apply(repository))
        let report = try inside.synchronise(repository, with: "origin")
        if !quiet {
            context.output.writeLine("Cloned into \(visible(repository.workTree ?? path))")
            inside.write(report)
            context.output.writeLine("Commits start no runs here until you allow it: wfrepo trust")
        }
        if !report.refused.isEmpty { throw Ended(status: .negative) }
    }

    /// The folder that git would make: the last part of the address, without `.git`.
    ///
    /// Source: git-clone(1), "<directory>".
    private static func folder(for url: String) -> String {
        var name = url[...]
        while name.hasSuffix("/") { name.removeLast() }
        if name.hasSuffix("/.git") { name.removeLast(5) }
        let last = name.split(whereSeparator: { $0 == "/" || $0 == ":" }).last.map(String.init) ?? "repository"
        return last.hasSuffix(".git") ? String(last.dropLast(4)) : last
    }
}
