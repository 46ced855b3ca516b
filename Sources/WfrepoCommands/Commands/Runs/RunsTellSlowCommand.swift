import ArgumentParser
import WorkflowEngine
import WorkflowLanguage

/// What a run's driver starts when the run has become slow.
struct RunsTellSlowCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "tell-slow", abstract: "Tell those who want to know that a run is slow.", shouldDisplay: false)

    @Argument var run: String

    func run(in context: CommandContext) throws {
        guard let run = RunID(run) else { throw CommandFailure("'\(run)' is not a run's id", status: .usage) }
        let session = try RunSession(context)
        let record = try session.engine.store.record(run)
        guard !record.status.isFinal else { return }
        RunNotices(session).tell(
            [.slow], try session.engine.workflow(of: record), record, try session.settings(for: record))
    }
}
