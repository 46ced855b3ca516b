import ArgumentParser

struct TemplateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "template", abstract: "Look at the templates that new workflows can start from.",
        subcommands: [TemplateListCommand.self, TemplateShowCommand.self],
        defaultSubcommand: TemplateListCommand.self)
}
