import ArgumentParser

struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Look at what happened, by whom, from where, and hand it to an auditor.",
        subcommands: [AuditFoldCommand.self])
}
