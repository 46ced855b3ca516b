import ArgumentParser
import DocumentTree
import WorkflowEngine
import WorkflowRecords

struct RunsShowCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "show", abstract: "Show a run: its steps, their times, and what went wrong.",
        discussion: "Of a run that failed it also tells what is different since the workflow's last success.")

    @Argument(help: "The run's id, the start or end of it, or 'latest'.", completion: .runs)
    var run: String

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let directory = RunDirectory(session: try RunSession(context, isLooking: true))
        let record = try directory.record(try directory.run(run))
        let since = try sinceSuccess(record, directory, context)
        if form.json {
            var value = record.value
            value["since_success"] = try since?.value()
            return try context.output.writeJSON(value)
        }
        RunReport(record: record, output: context.output).write()
        if !record.status.isFinal, try directory.session.engine.runsToTakeUp().contains(record.run) {
            try directory.session.noteLeft(record.run, "; go on with: wfrepo runs resume \(record.run)")
        }
        guard let since else { return }
        let success = since.comparison.old
        context.output.writeLine(
            "\nsince the last success, \(success.versionLabel) at \(success.started ?? success.queued) (\(success.run)):"
        )
        try since.write(to: context.output, showsDefinition: false, indent: "  ")
    }

    /// How a failed run differs from the last one that succeeded; nil where there is none.
    private func sinceSuccess(
        _ record: RunRecord, _ directory: RunDirectory, _ context: CommandContext
    ) throws -> RunComparisonReport? {
        guard record.status.isFinal, record.status != .succeeded, record.status != .cancelled else { return nil }
        let repository = directory.session.repository
        guard let index = try context.indexAtHand(directory.session.workflows),
            let success = try index.lastSuccess(of: record.definition.workflow, before: record.run)
        else { return nil }
        let before = try RecordReader(repository).record(of: success.recorded)
        return RunComparisonReport(comparison: RunComparison(before, record, in: repository), repository: repository)
    }
}
