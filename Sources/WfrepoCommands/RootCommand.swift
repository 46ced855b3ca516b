import ArgumentParser

/// `wfrepo`: the list of commands.
struct RootCommand: ParsableCommand {
    static let name = "wfrepo"

    static let configuration = CommandConfiguration(
        commandName: name,
        abstract: "Keep workflows as git keeps source code, and run them.",
        discussion: """
            Before the command: -C DIR (start there), --git-dir DIR, --work-tree DIR, --no-pager, --color \
            auto|always|never.

            Exit status: 0 done (a run succeeded), 1 the answer is no (a run failed, a check found problems), 2 it could \
            not be done, 3 a run was cancelled, 4 compensated, 5 its compensation failed, 6 it is paused or waits, 64 the \
            command line is wrong.
            """,
        version: Version.text,
        groupedSubcommands: groups.map { group in
            CommandGroup(name: group.name, subcommands: group.commands.map { $0.value() })
        })

    /// What stands together in the help.
    struct Group {
        let name: String
        /// By the word that names it. A type is made only when it is asked for: to make all costs a short command a
        /// thirtieth of its time.
        let commands: KeyValuePairs<String, @Sendable () -> any ParsableCommand.Type>
    }

    /// The command that a word names.
    static func command(named word: String) -> (any ParsableCommand.Type)? {
        for group in groups {
            if let command = group.commands.first(where: { $0.key == word }) { return command.value() }
        }
        return nil
    }

    static let groups = [
        Group(
            name: "Start",
            commands: [
                "init": { InitCommand.self },
                "clone": { CloneCommand.self },
                "new": { NewCommand.self },
                "template": { TemplateCommand.self },
                "trust": { TrustCommand.self },
                "hooks": { HooksCommand.self },
                "doctor": { DoctorCommand.self },
                "backup": { BackupCommand.self },
                "hook": { HookCommand.self },
            ]),
        Group(
            name: "Versions",
            commands: [
                "status": { StatusCommand.self },
                "list": { ListCommand.self },
                "commit": { CommitCommand.self },
                "log": { LogCommand.self },
                "show": { ShowCommand.self },
                "diff": { DiffCommand.self },
                "blame": { BlameCommand.self },
                "bisect": { BisectCommand.self },
                "graph": { GraphCommand.self },
                "rollback": { RollbackCommand.self },
                "revert": { RevertCommand.self },
                "mv": { MoveCommand.self },
                "rm": { RemoveCommand.self },
                "enable": { EnableCommand.self },
                "disable": { DisableCommand.self },
            ]),
        Group(
            name: "Runs",
            commands: [
                "run": { RunCommand.self },
                "runs": { RunsCommand.self },
                "step": { StepCommand.self },
                "emit": { EmitCommand.self },
                "circuits": { CircuitsCommand.self },
                "secret": { SecretCommand.self },
            ]),
        Group(
            name: "Records",
            commands: [
                "audit": { AuditCommand.self },
                "note": { NoteCommand.self },
                "verify": { VerifyCommand.self },
                "sync": { SyncCommand.self },
                "retention": { RetentionCommand.self },
                "maintenance": { MaintenanceCommand.self },
                "stats": { StatsCommand.self },
                "search": { SearchCommand.self },
                "reindex": { ReindexCommand.self },
            ]),
        Group(
            name: "For git",
            commands: [
                "merge-driver": { MergeDriverCommand.self },
                "textconv": { TextconvCommand.self },
                "git-diff": { GitDiffCommand.self },
            ]),
        Group(
            name: "Language",
            commands: [
                "check": { CheckCommand.self },
                "kinds": { KindsCommand.self },
                "schema": { SchemaCommand.self },
                "eval": { EvalCommand.self },
                "kind-work": { KindWorkCommand.self },
            ]),
    ]
}

/// What this program is.
enum Version {
    static let text = "wfrepo 0.1.0"
}
