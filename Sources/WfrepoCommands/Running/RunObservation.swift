import Glibc
import WorkflowEngine
import WorkflowLanguage

/// Shows a run that this process drives, and lets the person at the terminal interrupt it.
struct RunObservation {
    private let context: CommandContext
    let display: RunDisplay?
    private let workflow: WorkflowName
    private var isLive: Bool { context.terminal.outputIsTerminal && context.output.isColored }

    init(_ definition: Workflow, in context: CommandContext, isQuiet: Bool, showsOutput: Bool) {
        self.context = context
        workflow = definition.name
        guard !isQuiet else {
            display = nil
            return
        }
        display = RunDisplay(
            workflow: definition, descriptor: STDOUT_FILENO, isColored: context.output.isColored,
            options: RunDisplay.Options(
                isLive: context.terminal.outputIsTerminal && context.output.isColored, showsOutput: showsOutput,
                columns: context.terminal.columns))
    }

    /// Says which run begins.
    func announce(_ run: RunID, _ definition: PinnedDefinition) {
        let version = definition.isUncommitted ? "@worktree" : definition.version.map { " v\($0)" } ?? ""
        context.output.writeLine(
            context.output.styled("run \(run)", .bold) + "  \(definition.workflow)\(version)")
        context.output.flush()
    }

    /// Drives the run, and shows it meanwhile; nil where another process drives it.
    func driving(_ run: RunID, _ session: RunSession) throws -> RunRecord? {
        let trail = context.auditTrail(session.repository, "signal")
        let waiting = try session.engine.store.record(run)
        let interrupts = InterruptWatch(
            run: run, engine: session.engine, display: display, terminal: context.terminal,
            tell: { try trail.tell([trail.event($0, of: waiting)]) })
        defer { interrupts.stop() }
        let ticker = display.flatMap { DisplayTicker($0) }
        defer {
            ticker?.stop()
            display?.finish()
        }
        let display = display
        if let display, isLive { display.learn(try session.engine.store.earlierDurations(of: workflow)) }
        return try session.driveUnlessDriven(run) { display?.observe($0) }
    }
}
