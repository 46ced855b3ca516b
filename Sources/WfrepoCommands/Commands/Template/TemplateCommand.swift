import ArgumentParser

struct TemplateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "template", abstract: "The templates that new workflows can start from.",
        subcommands: [
            TemplateListCommand.self, TemplateShowCommand.self, TemplateSaveCommand.self, TemplateUpdateCommand.self,
            TemplateStatsCommand.self, TemplateAddCommand.self, TemplateRemoveCommand.self,
        ],
        defaultSubcommand: TemplateListCommand.self)
}
