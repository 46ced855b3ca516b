import ArgumentParser
import DocumentTree
import GitStore
import WorkflowEngine
import WorkflowLanguage
import WorkflowRecords

struct RunsRetryCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "retry", abstract: "Try a run that is over again, as a new run that reuses what is still right.",
        discussion: """
            A step's result is reused only where its definition, its evaluated environment and parameters, and the results \
            of the steps that it needs are the same. What is reused and what not, and why, is said before anything starts. \
            The new run has a new workspace: files that a reused step made there are not in it.

            Example: wfrepo runs retry latest --from load --dry-run
            """)

    enum Version: String, ExpressibleByArgument, CaseIterable {
        case same, latest
    }

    @Argument(help: "The run's id, the start or end of it, or 'latest'.", completion: .runs)
    var run: String

    @Option(help: ArgumentHelp("Run this step and all behind it again, whatever could be reused.", valueName: "step"))
    var from: String?

    @Option(help: "What runs: the version that ran before, or the branch's last one.")
    var version = Version.same

    @Flag(name: .shortAndLong, help: "Run in the background, and print the run's id.")
    var detach = false

    @Flag(name: [.customShort("n"), .customLong("dry-run")], help: "Show what would be reused, and run nothing.")
    var dryRun = false

    @Flag(help: "Take no step's result from the cache; what steps make is kept all the same.")
    var noCache = false

    @OptionGroup var form: OutputOptions
    @OptionGroup var diagnostics: DiagnosticOptions

    func run(in context: CommandContext) throws {
        let session = try RunSession(context, diagnostics: diagnostics)
        let directory = RunDirectory(session: session)
        let old = try directory.record(try directory.run(run))
        var retry = try session.retry(old, atLatest: version == .latest, from: try from.map(stepID))
        retry.request.usesCache = !noCache
        let report = RetryReport(retry: retry)
        if dryRun { return try report.write(to: context.output, asJSON: form.json) }
        if !form.json, !detach { try report.write(to: context.output, asJSON: false) }
        let run = try session.engine.submit(retry.request, retrying: retry.plan)
        let trail = context.auditTrail(session.repository, "wfrepo runs retry")
        let record = try session.engine.store.record(run)
        context.tell(
            [trail.event(.runRetried, of: record, ["of": .string(old.run.description)])], to: trail,
            in: session.repository)
        guard !detach else { return try startInBackground(record, session) }
        try drive(record, retry.request.workflow, session)
    }

    private func startInBackground(_ record: RunRecord, _ session: RunSession) throws {
        try BackgroundProcess(session.context).start(["runs", "drive", record.run.description], in: session.repository)
        if form.json { return try session.context.output.writeJSON(record.value) }
        session.context.output.writeLine(record.run.description)
    }

    private func drive(_ record: RunRecord, _ workflow: Workflow, _ session: RunSession) throws {
        let context = session.context
        let observation = RunObservation(
            workflow, in: context, isQuiet: form.json, showsOutput: diagnostics.verbose || diagnostics.debug)
        if !form.json { observation.announce(record.run, record.definition) }
        guard let record = try observation.driving(record.run, session) else { return }
        if form.json {
            try context.output.writeJSON(record.value)
        } else {
            RunReport(record: record, output: context.output).writeClosing()
        }
        guard record.status == .succeeded else { throw Ended(status: record.status.exitStatus) }
    }
}

/// What a retry will reuse, and what not.
struct RetryReport {
    let retry: Retry

    func write(to output: TextOutput, asJSON: Bool) throws {
        guard !asJSON else { return try output.writeJSON(value) }
        output.writeLine("retry of run \(retry.old.run), \(retry.old.versionLabel) \(retry.old.status.rawValue):")
        var table = Table()
        for (step, decision) in retry.plan.decisions {
            switch decision {
            case .reuse: table.add(.init("reuse", .green), .init(step.description), .init("", .dim))
            case .runPartly(let reason):
                table.add(.init("run", .blue), .init(step.description), .init(reason, .dim))
            case .run(let reason): table.add(.init("run", .blue), .init(step.description), .init(reason, .dim))
            }
        }
        table.write(to: output, indent: "  ")
        output.writeLine()
    }

    private var value: Value {
        [
            "retry_of": .string(retry.old.run.description),
            "workflow": .string(retry.request.definition.workflow.description),
            "commit": .string(retry.request.definition.commit.description),
            "version": Value(retry.request.definition.version),
            "steps": .sequence(
                retry.plan.decisions.map { step, decision in
                    switch decision {
                    case .reuse: ["id": .string(step.description), "action": "reuse", "reason": .null]
                    case .runPartly(let reason):
                        ["id": .string(step.description), "action": "run-partly", "reason": .string(reason)]
                    case .run(let reason):
                        ["id": .string(step.description), "action": "run", "reason": .string(reason)]
                    }
                }),
        ]
    }
}
