import ArgumentParser
import DocumentTree
import WorkflowEngine
import WorkflowLanguage

struct RunsApproveCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "approve", abstract: "Approve a step that waits for approval, as your git identity.")

    @OptionGroup var decision: DecisionArguments

    func run(in context: CommandContext) throws { try decision.send(.approved, in: context) }
}

struct RunsRejectCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "reject", abstract: "Reject a step that waits for approval: it fails with the class 'rejected'.")

    @OptionGroup var decision: DecisionArguments

    func run(in context: CommandContext) throws { try decision.send(.rejected, in: context) }
}

/// What both decisions take.
struct DecisionArguments: ParsableArguments {
    @Argument(help: "The run's id, the start or end of it, or 'latest'.", completion: .runs)
    var run: String

    @Argument(help: "The step's id.")
    var step: String

    @Option(parsing: .unconditional, help: ArgumentHelp("Why; the record keeps it.", valueName: "text"))
    var comment: String?

    @OptionGroup var form: OutputOptions

    func send(_ verdict: Decision.Verdict, in context: CommandContext) throws {
        let request = try ControlRequest(run, in: context)
        let step = try stepID(step)
        try request.send(.decide(step, verdict, comment: comment))
            .write("step \(step) of run \(request.run) is \(verdict.rawValue)", to: context, asJSON: form.json)
    }
}

struct RunsSkipCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "skip", abstract: "Leave out a step of a run that is not over; if it runs now, it is ended.")

    @Argument(help: "The run's id, the start or end of it, or 'latest'.", completion: .runs)
    var run: String

    @Argument(help: "The step's id.")
    var step: String

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let request = try ControlRequest(run, in: context)
        let step = try stepID(step)
        try request.send(.skip(step))
            .write("step \(step) of run \(request.run) is left out", to: context, asJSON: form.json)
    }
}

struct RunsSetResultCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "set-result", abstract: "Say what a step hands on: it has succeeded then, whatever it did.",
        discussion: """
            The data are the step's outputs. A step that runs now is ended; one that has ended keeps its result.

            Example: wfrepo runs set-result latest fetch --data '{"status": 200}'
            """)

    @Argument(help: "The run's id, the start or end of it, or 'latest'.", completion: .runs)
    var run: String

    @Argument(help: "The step's id.")
    var step: String

    @OptionGroup var data: DataOptions
    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        guard let outputs = try data.value(in: context)?.mapping else {
            throw CommandFailure(
                "set-result takes the step's outputs, as a JSON object", hint: "--data '{\"NAME\": VALUE}', or '{}'",
                status: .usage)
        }
        let request = try ControlRequest(run, in: context)
        let step = try stepID(step)
        try request.send(.setResult(step, outputs: outputs))
            .write("step \(step) of run \(request.run) has this result", to: context, asJSON: form.json)
    }
}

/// The id of a step that the command line names.
func stepID(_ text: String) throws(CommandFailure) -> StepID {
    guard let step = StepID(text) else {
        throw CommandFailure("'\(visibleLine(text))' is not the id of a step", status: .usage)
    }
    return step
}
