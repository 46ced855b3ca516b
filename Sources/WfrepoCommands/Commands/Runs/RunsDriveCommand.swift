import ArgumentParser
import WorkflowEngine

/// What a background process does: it drives a run that another process has submitted.
struct RunsDriveCommand: WfrepoCommand {
    static let configuration = CommandConfiguration(
        commandName: "drive", abstract: "Drive a run that was submitted.", shouldDisplay: false)

    @Argument var run: String

    func run(in context: CommandContext) throws {
        let session = try RunSession(context)
        guard let run = RunID(run) else { throw CommandFailure("'\(run)' is not a run's id", status: .usage) }
        // Where somebody else was faster, they go on with it.
        guard let record = try session.driveUnlessDriven(run, observer: { _ in }) else { return }
        guard record.status == .succeeded else { throw Ended(status: record.status.exitStatus) }
    }
}
