import ArgumentParser
import DocumentTree
import WorkflowTemplates

struct TemplateListCommand: WfrepoCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the templates.")

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let templates = try TemplateCatalog.embedded().templates
        if form.json { return try context.output.writeJSON(.sequence(templates.map(\.summary))) }
        var table = Table()
        for template in templates {
            table.add(.init(template.name, .bold), .init(template.category, .dim), .init(template.title))
        }
        table.write(to: context.output)
        if context.terminal.outputIsTerminal {
            context.output.writeLine("\nStart from one: wfrepo new NAME --template TEMPLATE")
        }
    }
}

extension WorkflowTemplate {
    /// What scripts learn of a template.
    var summary: Value {
        [
            "name": .string(name), "title": .string(title), "description": .string(description),
            "category": .string(category), "tags": .sequence(tags.map(Value.string)),
            "parameters": .sequence(parameters.map(\.summary)),
            "files": .sequence(files.keys.sorted().map(Value.string)),
        ]
    }
}

extension TemplateParameter {
    /// What scripts learn of a parameter.
    fileprivate var summary: Value {
        [
            "name": .string(name), "type": .string(kind.rawValue), "description": Value(description),
            "default": Value(defaultValue), "required": .bool(defaultValue == nil), "pattern": Value(pattern),
            "choices": .sequence(choices.map(Value.string)),
        ]
    }
}
