import ArgumentParser
import DocumentTree
import GitStore
import WorkflowHistory

struct HooksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hooks", abstract: "Install, remove or look at the git hooks.",
        discussion: "Hooks that were there before go on to run. docs/hooks.md says what each does.",
        subcommands: [HooksStatusCommand.self, HooksInstallCommand.self, HooksUninstallCommand.self],
        defaultSubcommand: HooksStatusCommand.self)
}

struct HooksStatusCommand: WfrepoCommand {
    static let manual = CommandConfiguration(commandName: "status", abstract: "Show which hooks are in place.")

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let installer = try context.hookInstaller()
        let hooks = try installer.status()
        if form.json {
            return try context.output.writeJSON(
                .sequence(
                    hooks.map { hook in
                        [
                            "hook": .string(hook.hook.rawValue), "path": .string(hook.path),
                            "state": .string(hook.state.rawValue), "earlier": .bool(hook.hasEarlier),
                        ]
                    }))
        }
        var table = Table()
        for hook in hooks {
            table.add(
                .init(hook.hook.rawValue), .init(hook.state.rawValue),
                .init(hook.hasEarlier ? "an earlier hook runs first" : "", .dim))
        }
        table.write(to: context.output)
        context.output.writeLine("in \(visible(installer.folder.path))")
    }
}

struct HooksInstallCommand: WfrepoCommand {
    static let manual = CommandConfiguration(commandName: "install", abstract: "Put the hooks in place.")

    func run(in context: CommandContext) throws {
        let actions = try context.hookInstaller().install()
        try context.openRepository().configuration.set("wfrepo.program", to: context.program)
        for action in actions { context.output.writeLine(visible(action.description)) }
        if actions.isEmpty { context.output.writeLine("Every hook is in place already.") }
    }
}

struct HooksUninstallCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "uninstall", abstract: "Remove the hooks, and put back those that were there before.")

    func run(in context: CommandContext) throws {
        let actions = try context.hookInstaller().uninstall()
        for action in actions { context.output.writeLine(visible(action.description)) }
        if actions.isEmpty { context.output.writeLine("No hook of wfrepo was in place.") }
    }
}

extension CommandContext {
    /// What installs hooks in the repository that the command works on.
    fileprivate func hookInstaller() throws -> HookInstaller {
        try HookInstaller(try openRepository(), files: Self.hookFiles, home: variable("HOME"))
    }
}
