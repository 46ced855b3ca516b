import GitStore
import Glibc
import WorkflowHistory
import WorkflowLanguage

/// What `check` knows beside a definition itself: the settings and the other workflows of the work tree around it.
struct CheckedSurroundings {
    /// The settings; the standard ones where there are none, or where they have a fault.
    let settings: Settings
    /// What is wrong with the file of settings.
    let problems: [Problem]
    /// The path of the file of settings as it is shown; nil where there is none.
    let path: String?
    private let root: String?
    private let context: CommandContext

    /// Reads the settings of the work tree that the command was started in; outside of one there are none.
    init(_ context: CommandContext) throws {
        self.context = context
        root = (try? context.openRepository())?.workTree
        guard let root, access(root + Settings.path, F_OK) == 0 else {
            (settings, problems, path) = (.standard, [], nil)
            return
        }
        let shown = context.shown(root) + Settings.path
        let parsed = Settings.parse(try context.readFile(root + Settings.path), file: shown)
        (settings, problems, path) = (parsed.settings ?? .standard, parsed.problems, shown)
    }

    /// What is wrong with a workflow's calls of others. One outside of a work tree has none around it to call.
    func callProblems(of workflow: Workflow, file: String) throws -> [Problem] {
        guard let root else { return [] }
        return try CallCheck { name in
            guard let path = [name.path, name.shortPath].first(where: { access(root + $0, F_OK) == 0 }) else {
                return .missing
            }
            let bytes = try context.readFile(root + path)
            return Workflow.parse(bytes, name: name).workflow.map { .workflow($0) } ?? .faulty
        }.problems(of: workflow, file: file)
    }
}

extension CommandContext {
    /// A folder, with a slash at its end, as it is shown to somebody in the folder that the command was started in.
    func shown(_ folder: String) -> String {
        let own = directory.hasSuffix("/") ? directory : directory + "/"
        return own == folder ? "" : folder
    }
}
