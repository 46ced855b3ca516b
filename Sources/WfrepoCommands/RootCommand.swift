import ArgumentParser

/// `wfrepo`: the list of commands.
struct RootCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wfrepo",
        abstract: "Keep workflows as git keeps source code, and run them.",
        discussion: """
            Before the command: -C DIR (start there), --git-dir DIR, --work-tree DIR, --no-pager, --color \
            auto|always|never.

            Exit status: 0 done (a run succeeded), 1 the answer is no (a run failed, a check found problems), 2 it could \
            not be done, 3 a run was cancelled, 4 compensated, 5 its compensation failed, 6 it is paused or waits, 64 the \
            command line is wrong.
            """,
        version: Version.text,
        groupedSubcommands: [
            CommandGroup(
                name: "Start",
                subcommands: [
                    InitCommand.self, CloneCommand.self, NewCommand.self, TemplateCommand.self, TrustCommand.self,
                    HooksCommand.self, DoctorCommand.self, BackupCommand.self, HookCommand.self,
                ]),
            CommandGroup(
                name: "Versions",
                subcommands: [
                    StatusCommand.self, CommitCommand.self, LogCommand.self, ShowCommand.self, DiffCommand.self,
                    BlameCommand.self, BisectCommand.self, GraphCommand.self,
                    RollbackCommand.self, RevertCommand.self, MoveCommand.self, RemoveCommand.self,
                    EnableCommand.self, DisableCommand.self,
                ]),
            CommandGroup(
                name: "Runs",
                subcommands: [
                    RunCommand.self, RunsCommand.self, StepCommand.self, EmitCommand.self, CircuitsCommand.self,
                    SecretCommand.self,
                ]),
            CommandGroup(
                name: "Records",
                subcommands: [
                    AuditCommand.self, NoteCommand.self, VerifyCommand.self, SyncCommand.self, RetentionCommand.self,
                    MaintenanceCommand.self, StatsCommand.self, SearchCommand.self,
                    ReindexCommand.self,
                ]),
            CommandGroup(
                name: "For git", subcommands: [MergeDriverCommand.self, TextconvCommand.self, GitDiffCommand.self]),
            CommandGroup(
                name: "Language",
                subcommands: [
                    CheckCommand.self, KindsCommand.self, SchemaCommand.self, EvalCommand.self, KindWorkCommand.self,
                ]),
        ])
}

/// What this program is.
enum Version {
    static let text = "wfrepo 0.1.0"
}
