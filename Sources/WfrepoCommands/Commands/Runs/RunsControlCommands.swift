import ArgumentParser
import WorkflowEngine

struct RunsPauseCommand: WfrepoCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Pause a run: what runs now ends, nothing new starts.")

    @Argument(help: "The run's id, the start or end of it, or 'latest'.")
    var run: String

    func run(in context: CommandContext) throws { try ControlRequest(run: run, signal: .pause).send(in: context) }
}

struct RunsCancelCommand: WfrepoCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Cancel a run: its processes are ended, finished steps are undone.")

    @Argument(help: "The run's id, the start or end of it, or 'latest'.")
    var run: String

    @Flag(help: "Leave what is done as it is.")
    var noCompensate = false

    func run(in context: CommandContext) throws {
        try ControlRequest(run: run, signal: .cancel(compensating: !noCompensate)).send(in: context)
    }
}

/// Something that is asked of a run, whoever drives it.
struct ControlRequest {
    let run: String
    let signal: RunSignal

    func send(in context: CommandContext) throws {
        let session = try RunSession(context)
        let directory = RunDirectory(session: session)
        let run = try directory.run(run)
        let record = try directory.record(run)
        guard !record.status.isFinal else {
            throw CommandFailure("run \(run) is over: \(record.status.rawValue)", status: .negative)
        }
        try session.engine.send(signal, to: run)
        let trail = context.auditTrail(session.repository, "wfrepo runs \(signal.name)")
        context.tell([trail.event(signal, of: record)], to: trail, in: session.repository)
        let isDriven = try session.engine.store.lease(run) != nil && !session.engine.interruptedRuns().contains(run)
        if !isDriven {
            // Nobody drives it, or who did has died: it is taken up for as long as the signal needs.
            _ = try session.drive(run) { _ in }
        }
        context.output.writeLine("\(signal.name) was sent to run \(run)")
    }
}
