import ArgumentParser

struct CircuitsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "circuits", abstract: "Look at circuit breakers, and close them.",
        discussion: """
            A step with a 'circuit-breaker' does not ask a service that has failed too often; all runs of this clone share \
            what is known of a service.
            """,
        subcommands: [CircuitsListCommand.self, CircuitsResetCommand.self], defaultSubcommand: CircuitsListCommand.self)
}
