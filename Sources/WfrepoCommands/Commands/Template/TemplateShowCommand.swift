import ArgumentParser
import DocumentTree
import WorkflowTemplates

struct TemplateShowCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "show", abstract: "Show a template: what it does, its parameters and its workflow.")

    @Argument(help: "The template's name.", completion: .templates)
    var name: String

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let template = try TemplateCatalog.all(context).template(named: name)
        let output = context.output
        if form.json {
            var summary = template.summary
            summary["workflow"] = .string(String(decoding: template.workflow, as: UTF8.self))
            return try output.writeJSON(summary)
        }
        output.writeLine(output.styled("\(template.name): \(template.title)", .bold))
        output.writeLine(template.description)
        if !template.parameters.isEmpty { output.writeLine("\nParameters (--set NAME=VALUE):") }
        var table = Table()
        for parameter in template.parameters {
            let value = parameter.defaultValue.map { $0.isEmpty ? "" : "= \($0)" } ?? "(needed)"
            table.add(.init(parameter.name), .init(parameter.kind.rawValue, .dim), .init(parameter.description ?? ""))
            if !value.isEmpty { table.add(.init(""), .init(""), .init(value, .dim)) }
        }
        table.write(to: output, indent: "  ")
        if !template.files.isEmpty {
            output.writeLine("\nFiles that come with it: \(template.files.keys.sorted().joined(separator: ", "))")
        }
        output.writeLine("\nIts workflow:\n")
        output.write(visible(String(decoding: template.workflow, as: UTF8.self)))
    }
}
