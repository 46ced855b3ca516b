import ArgumentParser

struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs", abstract: "Look at runs and control them.",
        subcommands: [
            RunsListCommand.self, RunsShowCommand.self, RunsDiffCommand.self, RunsLogsCommand.self,
            RunsWatchCommand.self,
            RunsResumeCommand.self, RunsPauseCommand.self, RunsCancelCommand.self, RunsSignalCommand.self,
            RunsApproveCommand.self, RunsRejectCommand.self, RunsSkipCommand.self, RunsSetResultCommand.self,
            RunsRetryCommand.self,
            RunsDriveCommand.self, RunsTellSlowCommand.self,
        ],
        defaultSubcommand: RunsListCommand.self)
}
