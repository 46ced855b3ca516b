import ArgumentParser
import WorkflowLanguage

struct SchemaCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema of workflows, for editors and other tools.",
        discussion: "JSON Schema 2020-12. docs/language.md lists what a schema cannot say and 'wfrepo check' checks.")

    @Flag(help: "Print the schema of the settings, wfrepo.yaml, instead.")
    var settings = false

    func run(in context: CommandContext) throws {
        context.output.write(settings ? SettingsSchema.text : WorkflowSchema().text)
    }
}
