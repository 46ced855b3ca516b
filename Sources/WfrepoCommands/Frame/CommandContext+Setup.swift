import DocumentTree
import GitStore
import WorkflowHistory

extension CommandContext {
    /// What `init` and `hooks` give to a setup.
    func setupOptions(initialBranch: String) throws -> RepositorySetup.Options {
        RepositorySetup.Options(
            hooks: Self.hookFiles, program: program, home: variable("HOME"), machine: machine,
            initialBranch: initialBranch, settings: gitDrivers, attributes: Self.attributes)
    }

    /// Says which steps of a setup were left out, and what to do about each.
    func warn(ofLeftOut steps: [SetupStep]) {
        for step in steps {
            guard let obstacle = step.obstacle else { continue }
            errors.warning("left out: \(step.description): \(obstacle)")
            if let hint = obstacle.hint { errors.hint("\(hint), then: wfrepo init") }
        }
    }

    /// What makes git compare and merge definitions by structure (gitattributes(5)).
    private var gitDrivers: [(key: String, value: String)] {
        let quoted = ShellWord.quoted(program)
        return [
            ("diff.wfrepo.command", "\(quoted) git-diff"),
            ("diff.wfrepo.textconv", "\(quoted) textconv"),
            ("merge.wfrepo.name", "merge workflows by structure"),
            ("merge.wfrepo.driver", "\(quoted) merge-driver --marker-size %L %O %A %B %P"),
        ]
    }

    /// The files for which git uses them.
    static let attributes = [
        "/workflows/**/*.yaml diff=wfrepo merge=wfrepo", "/workflows/**/*.yml diff=wfrepo merge=wfrepo",
    ]

    /// The git hooks that the program carries.
    static let hookFiles: [HookName: [UInt8]] = {
        var files: [HookName: [UInt8]] = [:]
        for hook in HookName.allCases {
            files[hook] = EmbeddedFiles.textByPath["hooks/\(hook.rawValue)"].map { Array($0.utf8) }
        }
        return files
    }()
}
