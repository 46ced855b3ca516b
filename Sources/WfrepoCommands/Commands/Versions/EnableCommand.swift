import ArgumentParser
import WorkflowHistory
import WorkflowRecords

struct EnableCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "enable", abstract: "Switch workflows on, as a commit.")

    @OptionGroup var selection: EnablingOptions

    func run(in context: CommandContext) throws { try selection.apply(true, in: context) }
}

struct DisableCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "disable", abstract: "Switch workflows off, as a commit: nothing starts them until 'enable'.")

    @OptionGroup var selection: EnablingOptions

    func run(in context: CommandContext) throws { try selection.apply(false, in: context) }
}

/// What `enable` and `disable` take.
struct EnablingOptions: ParsableArguments {
    @Argument(help: "The workflows.", completion: .workflows)
    var names: [String]

    @Option(parsing: .unconditional, help: "Why; it stands in the commit as 'Reason:'.")
    var reason: String?

    @OptionGroup var form: OutputOptions

    func apply(_ isEnabled: Bool, in context: CommandContext) throws {
        let workflows = try context.openWorkflows()
        let names = try names.map(context.workflowName)
        try context.report(
            try context.audited(
                isEnabled ? "wfrepo enable" : "wfrepo disable", as: isEnabled ? .workflowEnabled : .workflowDisabled,
                of: names, reason: reason, in: workflows
            ) {
                try workflows.setEnabled(
                    isEnabled, names, reason: reason, context: try context.saveContext(workflows.repository))
            }, as: form)
    }
}
