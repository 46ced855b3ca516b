import ArgumentParser
import GitStore
import WorkflowLanguage
import WorkflowRecords

struct StatsChangesCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "changes", abstract: "Who changed what how often: saves, rollbacks, by person, by day.")

    @Argument(help: "Only this workflow.", completion: .workflows)
    var name: String?

    @OptionGroup var options: StatsOptions

    func run(in context: CommandContext) throws {
        let index = try context.openIndex(try context.openRepository())
        let days = try options.range(in: context)
        let name = try name.map { try options.workflow($0, in: index, context) }
        var report = StatisticsReport(title: "Changes" + (name.map { " of \($0)" } ?? ""), days)
        let byKind = try index.changes(days, by: .kind, of: name)
        report.facts = [
            ("versions", "versions", .count(byKind.reduce(0) { $0 + $1.versions })),
            ("undone", "of them rollbacks and reverts", .count(byKind.reduce(0) { $0 + $1.undone })),
        ]
        report.legend = ("saved", "undone")
        let byDay = try index.changes(days, by: .day, of: name)
        report.days = StatisticsReport.days(days) { day in
            byDay.first { $0.name == day }.map { ($0.versions - $0.undone, $0.undone) } ?? (0, 0)
        }
        report.parts = [
            part("kinds", "What", "kind", byKind),
            part(
                "authors", "Who", "author",
                try index.changes(days, by: .author, of: name, limit: options.limit, offset: options.offset)),
        ]
        if name == nil {
            report.parts.append(
                part(
                    "workflows", "Most changed", "workflow",
                    try index.changes(days, by: .workflow, limit: options.limit, offset: options.offset)))
        }
        try options.show(report, in: context)
    }

    private func part(
        _ name: String, _ title: String, _ column: String, _ rows: [ChangeTotals]
    ) -> StatisticsReport.Part {
        StatisticsReport.Part(
            name: name, title: title, columns: [column, "versions", "undone", "last"],
            rows: rows.map { row in
                [
                    .text(row.name), .count(row.versions), .count(row.undone),
                    .text(RFC3339.text(seconds: row.last)),
                ]
            })
    }
}
