import ArgumentParser

struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Look at what happened, by whom, from where, and hand it to an auditor.",
        subcommands: [
            AuditListCommand.self, AuditShowCommand.self, AuditExportCommand.self, AuditVerifyExportCommand.self,
            AuditUsersCommand.self, AuditStatsCommand.self, AuditFoldCommand.self,
            AuditForgetCommand.self,
        ],
        defaultSubcommand: AuditListCommand.self)
}
