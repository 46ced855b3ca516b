import ArgumentParser

struct StatsCommand: TakesNames {
    static let configuration = CommandConfiguration(
        commandName: "stats", abstract: "Statistics of runs, errors and changes.",
        discussion: """
            Without a subcommand: an overview, or the numbers of one workflow. Days are UTC's. The success rate is the share \
            of the runs that succeeded; those that somebody cancelled count for neither side. Percentiles are by the nearest \
            rank.

            Examples: wfrepo stats; wfrepo stats deploy --days 90; wfrepo stats errors deploy --step load; \
            wfrepo stats --svg runs.svg
            """,
        subcommands: [
            StatsRunsCommand.self, StatsErrorsCommand.self, StatsChangesCommand.self, StatsRetentionCommand.self,
        ],
        defaultSubcommand: StatsRunsCommand.self)
}
