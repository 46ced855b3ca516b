import ArgumentParser
import DocumentTree
import WorkflowEngine

struct RunsPauseCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "pause", abstract: "Pause a run: what runs now ends, nothing new starts.")

    @Argument(help: "The run's id, the start or end of it, or 'latest'.", completion: .runs)
    var run: String

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let request = try ControlRequest(run, in: context)
        try request.send(.pause, inForeground: true)
            .write("pause was sent to run \(request.run)", to: context, asJSON: form.json)
    }
}

struct RunsCancelCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "cancel", abstract: "Cancel a run: its processes are ended, finished steps are undone.")

    @Argument(help: "The run's id, the start or end of it, or 'latest'.", completion: .runs)
    var run: String

    @Flag(help: "Leave what is done as it is.")
    var noCompensate = false

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let request = try ControlRequest(run, in: context)
        try request.send(.cancel(compensating: !noCompensate), inForeground: true)
            .write("cancel was sent to run \(request.run)", to: context, asJSON: form.json)
    }
}

struct RunsSignalCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "signal", abstract: "Send a signal to a run, for a step that waits for it now or later.",
        discussion: """
            What is sent becomes the outputs of the step (uses: signal). A signal that no step waits for yet is kept.

            Example: wfrepo runs signal latest released --data '{"tag": "v7"}'
            """)

    @Argument(help: "The run's id, the start or end of it, or 'latest'.", completion: .runs)
    var run: String

    @Argument(help: "The signal's name.")
    var name: String

    @OptionGroup var data: DataOptions
    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let request = try ControlRequest(run, in: context)
        let outcome = try request.send(.deliver(name: name, data: try data.value(in: context) ?? .null))
        let isAwaited = outcome.continuation != .done
        try outcome.write(
            "signal \(name) was sent to run \(request.run)"
                + (isAwaited ? "" : "; no step waits for it now, so it is kept"), to: context, asJSON: form.json)
    }
}
