import ArgumentParser
import DocumentTree
import WorkflowEngine

struct RunsShowCommand: WfrepoCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a run: its steps, their times, and what went wrong.")

    @Argument(help: "The run's id, the start or end of it, or 'latest'.")
    var run: String

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let directory = RunDirectory(session: try RunSession(context))
        let record = try directory.record(try directory.run(run))
        if form.json { return try context.output.writeJSON(record.value) }
        RunReport(record: record, output: context.output).write()
    }
}
