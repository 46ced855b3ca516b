import ArgumentParser
import DocumentTree
import WorkflowEngine

struct RunsWatchCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "watch", abstract: "Follow a run until it is over, paused or waits for somebody.",
        discussion: "The exit status says how the run stands then, as for 'wfrepo run'. Ctrl-C ends the watching only.")

    @Argument(help: "The run's id, the start or end of it, or 'latest'.", completion: .runs)
    var run = "latest"

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let session = try RunSession(context, isLooking: true)
        let directory = RunDirectory(session: session)
        let run = try directory.run(run)
        let record = try follow(run, directory)
        if form.json {
            try context.output.writeJSON(record.value)
        } else {
            RunReport(record: record, output: context.output).writeClosing()
        }
        guard record.status == .succeeded else { throw Ended(status: record.status.exitStatus) }
    }

    private func follow(_ run: RunID, _ directory: RunDirectory) throws -> RunRecord {
        let (session, context) = (directory.session, directory.session.context)
        let record = try directory.record(run)
        // What is over is in git, or nothing of it is left to follow.
        guard !record.status.isFinal else { return record }
        let observation = RunObservation(
            try session.engine.workflow(of: record), in: context, isQuiet: form.json, showsOutput: false)
        if !form.json { observation.announce(run, record.definition) }
        let ticker = observation.display.flatMap { DisplayTicker($0) }
        defer {
            ticker?.stop()
            observation.display?.finish()
        }
        var watch = RunWatch(session.engine)
        return try watch.follow(run) { observation.display?.observe($0) }
    }
}
