import ArgumentParser
import DocumentTree
import GitStore
import WorkflowHistory
import WorkflowLanguage
import WorkflowTemplates

struct NewCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "new", abstract: "Make a workflow from a template, as a commit.",
        discussion: """
            Writes workflows/NAME.yaml and the sample files of the template that are not there yet, and saves them. \
            'wfrepo template list' shows the templates.

            Example: wfrepo new orders --template data-load --set table=orders
            """)

    @Argument(help: "The workflow's name: letters, digits, '-', '_', '.'; '/' between folders.")
    var name: String

    @Option(name: .shortAndLong, help: "The template to start from.", completion: .templates)
    var template = "hello"

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Set a parameter of the template; repeat for more.", valueName: "name=value"))
    var settings: [String] = []

    @OptionGroup var message: MessageOptions

    @Flag(help: "Write the files and leave saving to a later 'wfrepo commit'.")
    var noCommit = false

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let workflows = try context.openWorkflows()
        let name = try context.newWorkflowName(name)
        let catalog = try TemplateCatalog.all(context)
        let template = try catalog.template(named: template)
        let instance = try template.instantiate(try TemplateSetting.values(settings))
        let draft = NewWorkflow(
            name: name, template: template, version: catalog.version(of: template), instance: instance)
        let written = try draft.write(in: workflows)
        guard !noCommit else { return try tell(written, saved: nil, in: context) }
        do {
            let saved = try context.audited("wfrepo new", of: [name], in: workflows) {
                try workflows.commit(
                    draft.commitRequest(written, message: message.text),
                    context: try context.saveContext(workflows.repository))
            }
            try tell(written, saved: saved, in: context)
        } catch {
            draft.remove(written, from: workflows)
            throw error
        }
    }

    private func tell(_ written: [String], saved: SavedCommit?, in context: CommandContext) throws {
        if form.json {
            return try context.output.writeJSON([
                "workflow": .string(name), "template": .string(template), "commit": Value(saved?.commit.description),
                "files": .sequence(written.map(Value.string)),
            ])
        }
        if let saved { context.report(saved) }
        for path in written { context.output.writeLine("  wrote \(path)") }
        context.output.writeLine(
            saved == nil
                ? "Save it: wfrepo commit \(name)"
                : "Run it: wfrepo run \(name); edit \(written[0]), then wfrepo commit.")
    }
}
