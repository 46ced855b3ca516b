import ArgumentParser
import DocumentTree
import GitStore
import WorkflowEngine
import WorkflowLanguage

struct RunsListCommand: WfrepoCommand {
    static let manual = CommandConfiguration(commandName: "list", abstract: "List runs, newest first.")

    @Argument(help: "Only runs of this workflow.")
    var workflow: String?

    @Option(name: [.customShort("n", allowingJoined: true), .customLong("limit")], help: "The most runs to list.")
    var limit = 20

    @Option(help: "Only runs of this status (running, failed, …); repeat for more.")
    var status: [String] = []

    @OptionGroup var form: OutputOptions

    func validate() throws {
        if limit < 0 { throw ValidationError("--limit takes a whole number from 0.") }
        for text in status where RunStatus(rawValue: text) == nil {
            throw ValidationError(
                "\(text) is no status; there are \(RunStatus.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
    }

    func run(in context: CommandContext) throws {
        try Library.readWithoutHashing()
        let session = try RunSession(context, isLooking: true)
        let records = try RunDirectory(session: session).latest(
            limit, workflow: try workflow.map(context.workflowName),
            statuses: Set(status.compactMap(RunStatus.init(rawValue:))))
        if form.json { return try context.output.writeJSON(.sequence(records.map(\.value))) }
        var table = Table()
        for record in records {
            table.add(
                .init(record.run.description), .init(record.status.rawValue, record.status.style),
                .init(record.versionLabel), .init("\(record.started ?? record.queued)", .dim),
                .init(record.duration?.shortText ?? "", alignsRight: true), .init(record.trigger.event, .dim))
        }
        table.write(to: context.output)
        let left = try session.engine.runsToTakeUp()
        if let first = left.first {
            let others = left.count > 1 ? ", and so could \(left.count - 1) more" : ""
            try session.noteLeft(first, "\(others); go on with: wfrepo runs resume --all")
        }
        guard records.isEmpty else { return }
        let isChosen = workflow != nil || !status.isEmpty || limit == 0
        context.errors.writeLine(
            isChosen ? "No runs of that kind: wfrepo runs list shows all." : "No runs yet: wfrepo run NAME starts one.")
    }
}
