import ArgumentParser
import DocumentTree
import WorkflowEngine
import WorkflowRecords

struct RunsResumeCommand: WfrepoCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Go on with a run that was paused or interrupted.",
        discussion: """
            Steps that have ended do not run again. --all takes up the runs that a crash or a power cut interrupted; what \
            a person paused stays paused.
            """)

    @Argument(help: "The run's id, the start or end of it, or 'latest'.")
    var run: String?

    @Flag(help: "Take up every interrupted run of this host.")
    var all = false

    @OptionGroup var form: OutputOptions
    @OptionGroup var diagnostics: DiagnosticOptions

    func validate() throws {
        if all == (run != nil) { throw ValidationError("Name a run, or use --all.") }
    }

    func run(in context: CommandContext) throws {
        let session = try RunSession(context, diagnostics: diagnostics)
        let runs =
            try run.map { [try RunDirectory(session: session).run($0)] }
            ?? session.engine.store.interruptedRuns(host: session.engine.configuration.host)
        try session.recordFinished()
        var records: [RunRecord] = []
        for run in runs { records.append(try resume(run, session, context)) }
        if form.json { return try context.output.writeJSON(.sequence(records.map(\.value))) }
        if runs.isEmpty { context.output.writeLine("No run was interrupted.") }
        if let bad = records.first(where: { $0.status != .succeeded }) { throw Ended(status: bad.status.exitStatus) }
    }

    private func resume(_ run: RunID, _ session: RunSession, _ context: CommandContext) throws -> RunRecord {
        let waiting = try session.engine.store.record(run)
        let observation = RunObservation(
            try session.engine.workflow(of: waiting), in: context, isQuiet: form.json,
            showsOutput: diagnostics.verbose || diagnostics.debug)
        if !form.json { observation.announce(run, waiting.definition) }
        if !waiting.status.isFinal {
            let trail = context.auditTrail(session.repository, "wfrepo runs resume")
            // Nobody paused it: the one that drove it is gone.
            let isOrphan = waiting.status == .running || waiting.status == .compensating
            context.tell(
                [trail.event(isOrphan ? .runAdopted : .runResumed, of: waiting)], to: trail, in: session.repository)
        }
        let record = try observation.driving(run, session)
        if !form.json { RunReport(record: record, output: context.output).writeClosing() }
        return record
    }
}
