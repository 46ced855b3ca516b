import ArgumentParser
import DocumentTree
import GitStore
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage

struct RunCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "run", abstract: "Run a workflow, exactly as one commit has it.",
        discussion: """
            A bare name runs the branch's last commit; deploy@v7 runs the commit of version 7; deploy@worktree runs the \
            file as it is, saved or not, and the record says so. Secrets that the workflow declares come from \
            who it names, else from the environment variables of their names, else from 'wfrepo secret'.

            Exit status: 0 succeeded, 1 failed, 2 it could not run, 3 cancelled, 4 compensated, 5 its compensation \
            failed, 6 paused or waiting.

            Example: wfrepo run orders@v3 --input day=2026-11-01 --input full=true
            """)

    @Argument(help: "The workflow, or a revision of it.", completion: .revisions)
    var revision: String

    @Option(
        name: [.customShort("i"), .customLong("input")], parsing: .singleValue,
        help: ArgumentHelp("Give an input; repeat for more.", valueName: "name=value"))
    var inputs: [String] = []

    @Flag(name: .shortAndLong, help: "Run in the background, and print the run's id.")
    var detach = false

    @Flag(name: [.customShort("n"), .customLong("dry-run")], help: "Show what would run, and run nothing.")
    var dryRun = false

    @Flag(name: [.customShort("q"), .customLong("quiet")], help: "Print nothing but errors.")
    var quiet = false

    @Flag(help: "Take no step's result from the cache; what steps make is kept all the same.")
    var noCache = false

    @Option(help: ArgumentHelp("Name what belongs together across runs and systems.", valueName: "id"))
    var correlationID: String?

    @OptionGroup var repair: RepairOptions
    @OptionGroup var form: OutputOptions
    @OptionGroup var diagnostics: DiagnosticOptions

    func run(in context: CommandContext) throws {
        let context = repair.applied(to: context)
        let session = try RunSession(context, diagnostics: diagnostics)
        let revision = try context.revision(revision)
        let resolved = try session.workflows.resolve(revision)
        if revision.selector == .tip, !quiet { noteUnsavedEdits(of: resolved, session) }
        var request = try session.request(
            resolved, inputs: try parsedInputs(), trigger: RunTrigger(event: "manual", source: "wfrepo run"),
            correlationID: try CorrelationID.checked(correlationID))
        request.usesCache = !noCache
        guard !dryRun else { return try RunPlanReport(request: request).write(to: context.output, asJSON: form.json) }
        _ = try session.environment(for: request.workflow)
        try session.takeUpLeftBehind(isQuiet: quiet || form.json)
        let run = try session.engine.submit(request, drivenHere: !detach)
        guard !detach else { return try startInBackground(run, session, context) }
        let observation = RunObservation(
            request.workflow, in: context, isQuiet: quiet || form.json,
            showsOutput: diagnostics.verbose || diagnostics.debug)
        if !quiet, !form.json { observation.announce(run, request.definition) }
        let record = try observation.driving(run, session) ?? followed(run, session)
        if form.json {
            try context.output.writeJSON(record.value)
        } else if !quiet {
            RunReport(record: record, output: context.output).writeClosing()
        }
        guard record.status == .succeeded else { throw Ended(status: record.status.exitStatus) }
    }

    /// The end of a run that another process took up before this one could: it looked for runs that nobody drives.
    private func followed(_ run: RunID, _ session: RunSession) throws -> RunRecord {
        var watch = RunWatch(session.engine)
        let record = try watch.follow(run) { _ in }
        // What is reported as over is in git, whoever drove it.
        if record.status.isFinal { try session.recordFinished() }
        return record
    }

    /// Says that the file was edited since it was saved: what runs is the commit, and people expect their edits.
    private func noteUnsavedEdits(of resolved: ResolvedRevision, _ session: RunSession) {
        let context = session.context
        guard let bytes = try? session.workflows.worktreeContent(at: resolved.path), bytes != resolved.bytes else {
            return
        }
        context.errors.note(
            "\(resolved.path) has edits that are not saved; 'wfrepo run \(resolved.name)@worktree' runs them")
    }

    private func parsedInputs() throws(CommandFailure) -> [(name: String, text: String)] {
        var parsed: [(name: String, text: String)] = []
        for input in inputs {
            guard let equals = input.firstIndex(of: "="), equals != input.startIndex else {
                throw CommandFailure("--input \(input): not of the form NAME=VALUE", status: .usage)
            }
            parsed.append((String(input[..<equals]), String(input[input.index(after: equals)...])))
        }
        return parsed
    }

    private func startInBackground(_ run: RunID, _ session: RunSession, _ context: CommandContext) throws {
        try BackgroundProcess(context).start(["runs", "drive", run.description], in: session.repository)
        if form.json { return try context.output.writeJSON(try session.engine.store.record(run).value) }
        context.output.writeLine(run.description)
        if context.terminal.outputIsTerminal { context.output.writeLine("Watch it: wfrepo runs show \(run)") }
    }
}
