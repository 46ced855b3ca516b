import ArgumentParser
import DocumentTree
import WorkflowEngine
import WorkflowRecords

struct RunsResumeCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "resume", abstract: "Go on with a run that was paused or interrupted.",
        discussion: """
            Steps that have ended do not run again. --data answers a step that asked something ('wfrepo step interrupt'). \
            --all takes up the runs that a crash or a power cut interrupted, and those whose time has come; what a person \
            paused stays paused.
            """)

    @Argument(help: "The run's id, the start or end of it, or 'latest'.", completion: .runs)
    var run: String?

    @Flag(help: "Take up every run that could go on and that nobody drives.")
    var all = false

    @OptionGroup var data: DataOptions
    @OptionGroup var form: OutputOptions
    @OptionGroup var diagnostics: DiagnosticOptions

    func validate() throws {
        if all == (run != nil) { throw ValidationError("Name a run, or use --all.") }
        if all, data.data != nil || data.dataFile != nil { throw ValidationError("An answer is for one run: name it.") }
    }

    func run(in context: CommandContext) throws {
        let session = try RunSession(context, diagnostics: diagnostics)
        var runs = try session.engine.runsToTakeUp(withCalled: false)
        if let run { runs = [try wanted(run, session)] }
        try session.recordFinished()
        var records: [RunRecord] = []
        var failure: CommandFailure?
        for run in runs where !session.engine.isGivingUp {
            do {
                if let record = try resume(run, session) { records.append(record) }
            } catch {
                // One that can't go on here is no reason to leave the others.
                guard all, let described = CommandFailure(describing: error) else { throw error }
                context.errors.report(described)
                failure = described
            }
        }
        if form.json { try context.output.writeJSON(.sequence(records.map(\.value))) }
        if let failure { throw Ended(status: failure.status) }
        if form.json { return }
        if runs.isEmpty { context.output.writeLine("No run was interrupted.") }
        if let bad = records.first(where: { $0.status != .succeeded }) { throw Ended(status: bad.status.exitStatus) }
    }

    /// The run that a person names, told to go on where it waits for that.
    private func wanted(_ text: String, _ session: RunSession) throws -> RunID {
        let request = try ControlRequest(text, in: session.context)
        let record = try RunDirectory(session: session).record(request.run)
        let answer = try data.value(in: session.context)
        let isAsked = record.status == .paused || record.steps.contains { $0.waiting?.endsByResuming == true }
        let goesOnByItself =
            record.status == .running || record.status == .queued || record.status == .compensating
            || record.steps.contains { if case .time = $0.waiting { true } else { false } }
        if isAsked || answer != nil || record.status.isFinal {
            _ = try request.ask(.resume(answer: answer ?? .null))
        } else if !goesOnByItself, try !session.engine.runsToTakeUp().contains(request.run) {
            // Says what would end the wait.
            _ = try request.ask(.resume(answer: .null))
        }
        return request.run
    }

    /// Drives a run; nil where another process has taken it up meanwhile.
    private func resume(_ run: RunID, _ session: RunSession) throws -> RunRecord? {
        let context = session.context
        let waiting = try session.engine.store.record(run)
        let observation = RunObservation(
            try session.engine.workflow(of: waiting), in: context, isQuiet: form.json,
            showsOutput: diagnostics.verbose || diagnostics.debug)
        if !form.json { observation.announce(run, waiting.definition) }
        // What a person asked for was told already; nobody paused the others: who drove them is gone.
        if try session.engine.interruptedRuns().contains(run) {
            let trail = context.auditTrail(session.repository, "wfrepo runs resume")
            context.tell([trail.event(.runAdopted, of: waiting)], to: trail, in: session.repository)
        }
        guard let record = try observation.driving(run, session) else {
            let holder = try session.engine.store.lease(run)?.holder
            context.errors.writeLine(
                "run \(run) goes on in \(holder ?? "another process"): wfrepo runs watch \(run)")
            return nil
        }
        if !form.json { RunReport(record: record, output: context.output).writeClosing() }
        return record
    }
}
