import ArgumentParser
import GitStore
import WorkflowEngine
import WorkflowRecords

struct AuditStatsCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "stats", abstract: "How many events of what kind there are, and whose.")

    @OptionGroup var options: StatsOptions

    func run(in context: CommandContext) throws {
        let days = try options.range(in: context)
        var query = AuditQuery()
        query.since = Timestamp(seconds: days.first * 86_400)
        query.before = Timestamp(seconds: (days.last + 1) * 86_400)
        let directory = try AuditDirectory(context)
        let counts = try directory.counts(query)
        try directory.noteHiddenEvents()
        var report = StatisticsReport(title: "Audit", days)
        report.facts = [("events", "events", .count(counts.reduce(0) { $0 + $1.count }))]
        report.parts = [
            part("kinds", "What", "event", counts) { $0.kind },
            part("users", "Who", "user", counts) { "\($0.name) <\($0.email)>" },
        ]
        try options.show(report, in: context)
    }

    private func part(
        _ name: String, _ title: String, _ column: String, _ counts: [AuditCount], _ key: (AuditCount) -> String
    ) -> StatisticsReport.Part {
        let groups = Dictionary(grouping: counts, by: key).map { name, counts in
            (name: name, count: counts.reduce(0) { $0 + $1.count }, last: counts.map(\.last).max())
        }.sorted { ($1.count, $0.name) < ($0.count, $1.name) }
        return StatisticsReport.Part(
            name: name, title: title, columns: [column, "events", "last"],
            rows: groups.dropFirst(options.offset).prefix(options.limit).map { group in
                [.text(group.name), .count(group.count), .text(group.last?.description ?? "")]
            })
    }
}
