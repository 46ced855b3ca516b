import ArgumentParser
import WorkflowHistory

struct RemoveCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "rm", abstract: "Remove workflows, as a commit.",
        discussion: "Their history stays: 'wfrepo rollback NAME --to v3 --reason TEXT' brings one back.")

    @Argument(help: "The workflows.", completion: .workflows)
    var names: [String]

    @OptionGroup var message: MessageOptions

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let workflows = try context.openWorkflows()
        let names = try names.map(context.workflowName)
        try context.report(
            try context.audited("wfrepo rm", of: names, in: workflows) {
                try workflows.remove(
                    names, message: message.text, context: try context.saveContext(workflows.repository))
            }, as: form)
    }
}
