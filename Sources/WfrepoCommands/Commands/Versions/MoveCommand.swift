import ArgumentParser
import WorkflowHistory

struct MoveCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "mv", abstract: "Give a workflow another name, as a commit; its history goes with it.")

    @Argument(help: "The workflow.", completion: .workflows)
    var name: String

    @Argument(help: "Its new name.")
    var newName: String

    @OptionGroup var message: MessageOptions

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let workflows = try context.openWorkflows()
        let (old, new) = (try context.workflowName(name), try context.newWorkflowName(newName))
        try context.report(
            try context.audited("wfrepo mv", of: [old], in: workflows) {
                try workflows.move(
                    old, to: new, message: message.text, context: try context.saveContext(workflows.repository))
            }, as: form)
    }
}
