import ArgumentParser
import DocumentTree
import GitStore
import WorkflowRecords

struct AuditShowCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "show", abstract: "Show an event: all that is known, and where it stands in git.")

    @Argument(help: "The event's id, or the start or end of it.")
    var id: String

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let stored = try AuditDirectory(context).event(id)
        if form.json { return try context.output.writeJSON(try stored.summary()) }
        var table = Table()
        func add(_ value: Value, _ name: String) {
            for (key, value) in value.mapping?.entries ?? [] {
                let name = name.isEmpty ? key : "\(name).\(key)"
                if value.mapping != nil { add(value, name) } else { table.add(.init(name, .dim), .init(value.inline)) }
            }
        }
        add(try stored.summary(), "")
        table.write(to: context.output)
        if let segment = stored.segment, let commit = stored.commit {
            context.output.writeLine("git notes --ref=\(segment.reference) show \(commit)")
        }
    }
}
