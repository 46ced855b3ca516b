import ArgumentParser
import DocumentTree
import Glibc
import WorkflowEngine
import WorkflowLanguage
import WorkflowRecords

struct StepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "step", abstract: "What a step may do to its own run.", subcommands: [StepInterruptCommand.self])
}

struct StepInterruptCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "interrupt", abstract: "Ask something from within a step, and wait for the answer.",
        discussion: """
            The step is ended here, and waits without a process. 'wfrepo runs resume RUN --data JSON' answers: the step \
            runs again from its beginning, with the answer in WFREPO_ANSWER (a text as it is, all else as JSON) and in the \
            file that WFREPO_ANSWER_FILE names (JSON).

            Example: [ "$WFREPO_ANSWER" ] || wfrepo step interrupt --reason "Which customer?"
            """)

    @Option(parsing: .unconditional, help: ArgumentHelp("What is asked, for people.", valueName: "text"))
    var reason: String

    @OptionGroup var data: DataOptions

    func run(in context: CommandContext) throws {
        guard let run = context.variable("WFREPO_RUN_ID").flatMap({ RunID($0) }),
            let step = context.variable("WFREPO_STEP_ID").flatMap({ StepID($0) }),
            let attempt = context.variable("WFREPO_ATTEMPT").flatMap({ Int($0) }),
            let root = context.variable("WFREPO_ROOT")
        else {
            throw CommandFailure(
                "this is not a step of a run: WFREPO_RUN_ID, WFREPO_STEP_ID, WFREPO_ATTEMPT or WFREPO_ROOT is not set",
                hint: "call it in the script of a step")
        }
        var home = context
        home.directory = root
        let session = try RunSession(home)
        let engine = session.engine
        let value = try data.value(in: context) ?? .null
        let action = try engine.send(
            RunSignal(.interrupt(step, attempt: attempt, reason: reason, data: value)), to: run)
        let trail = home.auditTrail(session.repository, "wfrepo step interrupt")
        let record = try engine.store.record(run)
        // What is asked may hold secrets, which nobody knows here. The run's record has it, masked.
        var told = action
        told.data = ["attempt": .integer(attempt)]
        var entry = trail.event(told, of: record)
        // Steps get nothing of who runs them.
        entry.event.actor = record.actor
        home.tell([entry], to: trail, in: session.repository)
        // Whoever drives the run ends this process with the rest of the step. What stands behind this line in the script
        // must not run, so it does not return before that.
        while try engine.isDriven(run) { usleep(200_000) }
        throw CommandFailure("run \(run) is no longer driven", hint: "wfrepo runs resume \(run)")
    }
}
