import ArgumentParser
import DocumentTree
import GitStore
import Glibc
import WorkflowHistory
import WorkflowLanguage
import WorkflowTemplates

struct TemplateSaveCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "save", abstract: "Make a template of a workflow, in the repository's own templates.",
        discussion: """
            --parameter NAME=VALUE makes every scalar's VALUE a parameter whose default it is. The files are written to \
            templates/NAME and saved as a commit.

            Example: wfrepo template save nightly --as load --parameter table=orders
            """)

    @Argument(help: "The workflow, or a revision of it.", completion: .revisions)
    var revision: String

    @Option(name: .customLong("as"), help: "The template's name.")
    var name: String

    @Option(help: "A title for people.")
    var title: String?

    @Option(help: "The shelf that it stands on.")
    var category = "own"

    @Option(name: .customLong("tag"), parsing: .singleValue, help: "A word to find it by; repeat for more.")
    var tags: [String] = []

    @Option(
        name: .customLong("parameter"), parsing: .singleValue,
        help: ArgumentHelp("Make a value a parameter; repeat for more.", valueName: "name=value"))
    var parameters: [String] = []

    func run(in context: CommandContext) throws {
        let workflows = try context.openWorkflows()
        guard WorkflowName(name) != nil, !name.contains("/") else {
            throw CommandFailure("'\(name)' is not a template's name", status: .usage)
        }
        guard let root = workflows.repository.workTree else {
            throw CommandFailure(
                "a bare repository has no work tree to write to", hint: "make the template in a clone")
        }
        let resolved = try workflows.resolve(try context.revision(revision))
        let values = try TemplateSetting.values(parameters)
        var text = String(decoding: resolved.bytes, as: UTF8.self)
        if text.hasPrefix("# yaml-language-server:") {
            text = String(text.drop { $0 != "\n" }.dropFirst())
        }
        for (name, value) in values.sorted(by: { $0.value.count > $1.value.count }) {
            guard !value.isEmpty, text.contains(value) else {
                throw CommandFailure("--parameter \(name): '\(value)' does not stand in \(resolved.label)")
            }
            text = text.replacing(value, with: "<<\(name)>>")
        }
        let manifest = try manifest(resolved, values)
        let folder = "\(TemplateCatalog.folder)/\(name)"
        // What would not be a template is not written.
        _ = try WorkflowTemplate(
            name: name, folder: ["template.yaml": Array(manifest.utf8), "workflow.yaml": Array(text.utf8)]
        ).instantiate([:])
        guard access("\(root)/\(folder)", F_OK) != 0 else {
            throw CommandFailure(
                "there is a template '\(name)' in this repository already",
                hint: "choose another name, or take it away first: git rm -r \(folder)")
        }
        let paths = ["\(folder)/template.yaml", "\(folder)/workflow.yaml"]
        try NewFile.write(Array(manifest.utf8), at: paths[0], below: root)
        try NewFile.write(Array(text.utf8), at: paths[1], below: root)
        let saved = try workflows.commit(
            CommitRequest(.only([], paths: paths), message: "Save \(resolved.name) as template \(name)\n"),
            context: try context.saveContext(workflows.repository))
        context.report(saved)
        context.output.writeLine("Use it: wfrepo new NAME --template \(name)")
    }

    private func manifest(_ resolved: ResolvedRevision, _ values: [String: String]) throws -> String {
        let workflow = Workflow.parse(resolved.bytes, name: resolved.name, file: resolved.path).workflow
        var manifest: ValueMapping = [
            "title": .string(title ?? workflow?.title ?? resolved.name.description),
            "description": .string(workflow?.description ?? "Made from \(resolved.label)"),
            "category": .string(category), "tags": .sequence(tags.map { .string($0) }),
        ]
        if !values.isEmpty {
            let entries = values.sorted { $0.key < $1.key }.map { name, value in
                (name, Value.mapping(["type": "string", "default": .string(value)]))
            }
            manifest["parameters"] = .mapping(ValueMapping(entries))
        }
        return Value.mapping(manifest).yaml
    }
}
