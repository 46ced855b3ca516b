import ArgumentParser
import DocumentTree
import WorkflowTemplates

struct TemplateListCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "list", abstract: "List the templates, or search them.",
        discussion: "Words are looked for in names, titles, descriptions, categories and tags; each must be found.")

    @Argument(help: "Words to search for.")
    var words: [String] = []

    @Option(help: "Only those of this category.")
    var category: String?

    @Option(help: "Only those with this tag.")
    var tag: String?

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let catalog = try TemplateCatalog.all(context)
        let templates = catalog.templates.filter(isWanted)
        for (name, fault) in catalog.faults.sorted(by: { $0.key < $1.key }) {
            context.errors.warning("\(name) can't be used: \(fault.message)")
        }
        if form.json {
            return try context.output.writeJSON(
                .sequence(
                    templates.map { template in
                        var summary = template.summary.mapping ?? [:]
                        summary["origin"] = .string(catalog.origin(of: template))
                        return .mapping(summary)
                    }))
        }
        if templates.isEmpty, catalog.faults.isEmpty {
            context.errors.writeLine("No template is like that: wfrepo template list shows them all.")
        }
        var table = Table()
        for template in templates {
            let origin = catalog.origin(of: template)
            table.add(
                .init(template.name, .bold), .init(template.category, .dim), .init(template.title),
                .init(origin == "built in" ? "" : visible(origin), .dim))
        }
        table.write(to: context.output)
        if context.terminal.outputIsTerminal, !templates.isEmpty {
            context.output.writeLine("\nStart from one: wfrepo new NAME --template TEMPLATE")
        }
    }

    private func isWanted(_ template: WorkflowTemplate) -> Bool {
        if let category, template.category != category { return false }
        if let tag, !template.tags.contains(tag) { return false }
        let text = ([template.name, template.title, template.description, template.category] + template.tags)
            .joined(separator: " ").lowercased()
        return words.allSatisfy { text.contains($0.lowercased()) }
    }
}

extension WorkflowTemplate {
    /// What scripts learn of a template.
    var summary: Value {
        [
            "name": .string(name), "title": .string(title), "description": .string(description),
            "extends": Value(parent),
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
