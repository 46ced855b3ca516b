import GitStore
import WorkflowHistory

extension CommandContext {
    /// What `init` and `hooks` give to a setup.
    func setupOptions(initialBranch: String) throws -> RepositorySetup.Options {
        RepositorySetup.Options(
            hooks: Self.hookFiles, program: program, home: variable("HOME"), machine: machine,
            initialBranch: initialBranch)
    }

    /// The git hooks that the program carries.
    static let hookFiles: [HookName: [UInt8]] = {
        var files: [HookName: [UInt8]] = [:]
        for hook in HookName.allCases {
            files[hook] = EmbeddedFiles.textByPath["hooks/\(hook.rawValue)"].map { Array($0.utf8) }
        }
        return files
    }()
}
