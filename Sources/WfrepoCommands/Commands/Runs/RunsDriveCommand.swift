import ArgumentParser
import GitStore
import WorkflowEngine

/// What a background process does: it drives a run that another process has submitted.
struct RunsDriveCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "drive", abstract: "Drive a run that was submitted.", shouldDisplay: false)

    @Argument var run: String

    /// Milliseconds since 1970.
    @Option var notBefore: Int?

    func run(in context: CommandContext) throws {
        guard let run = RunID(run) else { throw CommandFailure("'\(run)' is not a run's id", status: .usage) }
        if let notBefore {
            let folder = try context.openRepository().commonDirectory + "wfrepo"
            let timer = RunTimer(run: run, due: Timestamp(milliseconds: notBefore), folder: folder)
            guard try timer.sleep() else { return }
        }
        let session = try RunSession(context, isUnattended: true)
        // Where somebody else was faster, they go on with it.
        guard let record = try session.driveUnlessDriven(run, observer: { _ in }) else { return }
        guard record.status == .succeeded else { throw Ended(status: record.status.exitStatus) }
    }
}
