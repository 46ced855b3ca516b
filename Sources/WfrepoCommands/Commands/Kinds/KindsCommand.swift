import ArgumentParser
import DocumentTree
import WorkflowLanguage

struct KindsCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "kinds", abstract: "List the kinds of step, or show one with an example that runs.",
        discussion: "Example: wfrepo kinds file --example > workflows/try-file.yaml")

    @Argument(help: "The kind.", completion: .kinds)
    var kind: String?

    @Flag(help: "Print the example alone.")
    var example = false

    @OptionGroup var form: OutputOptions

    func validate() throws {
        if example, kind == nil { throw ValidationError("--example needs a kind.") }
    }

    func run(in context: CommandContext) throws {
        let kinds = try KindCatalog.standard.kinds + OwnKinds(context).kinds()
        guard let name = kind else { return try list(kinds, context.output) }
        guard let kind = kinds.first(where: { $0.name.description == name }) else {
            throw CommandFailure.unknown(
                "there is no kind '\(name)'",
                nearest: NearestName.nearest(to: name, among: kinds.map(\.name.description)), listing: "wfrepo kinds")
        }
        if example { return try writeExample(of: kind, context.output) }
        if form.json { return try context.output.writeJSON(kind.summary) }
        show(kind, context.output)
    }

    private func list(_ kinds: [KindCatalog.Kind], _ output: TextOutput) throws {
        if form.json { return try output.writeJSON(.sequence(kinds.map(\.summary))) }
        var table = Table()
        for kind in kinds { table.add(.init(kind.name.description, .bold), .init(kind.meaning)) }
        table.write(to: output)
    }

    private func writeExample(of kind: KindCatalog.Kind, _ output: TextOutput) throws {
        guard !kind.example.isEmpty else {
            throw CommandFailure(
                "there is no example of '\(kind.name)'", hint: "its parameters: wfrepo kinds \(kind.name)")
        }
        output.write(kind.example)
    }

    private func show(_ kind: KindCatalog.Kind, _ output: TextOutput) {
        output.writeLine(output.styled("uses: \(kind.name)", .bold))
        output.writeLine(kind.meaning)
        output.writeLine("\nParameters (with:):")
        var table = Table()
        for key in kind.parameters.keys {
            let value = key.isRequired ? "needed" : key.defaultText.map { "= \($0)" } ?? ""
            table.add(.init(key.name, .bold), .init(key.shape.summary, .dim), .init(value, .dim))
            table.add(.init(""), .init(key.meaning))
        }
        table.write(to: output, indent: "  ")
        if !kind.outputs.isEmpty {
            output.writeLine("\nOutputs:")
            var table = Table()
            for (name, meaning) in kind.outputs { table.add(.init(name, .bold), .init(meaning)) }
            table.write(to: output, indent: "  ")
        }
        guard !kind.example.isEmpty else { return }
        output.writeLine("\nExample:\n")
        for line in kind.example.split(separator: "\n", omittingEmptySubsequences: false) {
            output.writeLine(line.isEmpty ? "" : "  \(line)")
        }
    }
}

extension KindCatalog.Kind {
    /// What scripts learn of a kind.
    var summary: Value {
        [
            "kind": .string(name.description), "meaning": .string(meaning),
            "parameters": .sequence(
                parameters.keys.map { key in
                    [
                        "name": .string(key.name), "value": .string(key.shape.summary),
                        "required": .bool(key.isRequired),
                        "default": Value(key.defaultText), "meaning": .string(key.meaning),
                    ]
                }),
            "outputs": .sequence(outputs.map { ["name": .string($0.name), "meaning": .string($0.meaning)] }),
            "example": .string(example),
        ]
    }
}
