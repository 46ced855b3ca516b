import ArgumentParser
import DocumentTree
import WorkflowLanguage

struct EmitCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "emit", abstract: "Emit an event: start the workflows whose 'on: event' names it.",
        discussion: """
            Each is started in the background, at the branch's last commit. The data is a JSON object; it gives the inputs \
            of the same names, and what a workflow has no input for is left out.

            Example: wfrepo emit orders.arrived --data '{"day": "2026-11-01"}'
            """)

    @Argument(help: "The event's name.")
    var event: String

    @Option(help: ArgumentHelp("The event's data, a JSON object; - reads standard input.", valueName: "json"))
    var data = "{}"

    @Option(help: ArgumentHelp("Name what belongs together across runs and systems.", valueName: "id"))
    var correlationID: String?

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let bytes = data == "-" ? try context.readFile("-", limit: 1 << 20) : Array(data.utf8)
        let value: Value
        do throws(DocumentError) {
            value = try Document.parseOne(bytes, name: "data.json").value()
        } catch {
            throw CommandFailure("--data: \(error.position): \(error.message)", status: .usage)
        }
        guard let mapping = value.mapping else { throw CommandFailure("--data is no JSON object", status: .usage) }
        let started = try EmittedEvent(
            name: event, data: mapping, source: "wfrepo emit", cause: nil,
            correlationID: try CorrelationID.checked(correlationID)
        ).start(in: context)
        if form.json { return try context.output.writeJSON(.mapping(started)) }
        let runs = started["started"]?.items ?? []
        for run in runs {
            context.output.writeLine("started \(run["workflow"]?.string ?? ""), run \(run["run"]?.string ?? "")")
        }
        if runs.isEmpty { context.errors.writeLine("No workflow has 'on: {event: \(event)}'.") }
    }
}
