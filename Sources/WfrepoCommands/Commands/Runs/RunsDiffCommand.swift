import ArgumentParser
import DocumentTree
import WorkflowEngine
import WorkflowRecords

struct RunsDiffCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "diff", abstract: "Compare two runs: what ran, with what inputs, and how each step went.")

    @Argument(help: "The first run: its id, the start or end of it, or 'latest'.", completion: .runs)
    var old: String

    @Argument(help: "The second run.", completion: .runs)
    var new: String

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let directory = RunDirectory(session: try RunSession(context))
        let (before, after) = (
            try directory.record(try directory.run(old)), try directory.record(try directory.run(new))
        )
        let repository = directory.session.repository
        let report = RunComparisonReport(
            comparison: RunComparison(before, after, in: repository), repository: repository)
        if form.json { return try context.output.writeJSON(try report.value()) }
        for record in [before, after] {
            context.output.writeLine(
                "\(record.run)  \(record.versionLabel)  "
                    + context.output.styled(record.status.rawValue, record.status.style)
                    + (record.duration.map { " in \($0.shortText)" } ?? ""))
        }
        context.output.writeLine()
        try report.write(to: context.output, showsDefinition: true)
    }
}
