import ArgumentParser
import GitStore
import WorkflowEngine
import WorkflowHistory
import WorkflowRecords

struct StatsRetentionCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "retention", abstract: "How much of what age there is: run records and audit events.")

    @OptionGroup var options: StatsOptions

    /// The ages that are told apart, in days.
    private static let ages = [(7, "up to 7 days"), (30, "up to 30"), (90, "up to 90"), (365, "up to 365")]

    func run(in context: CommandContext) throws {
        let index = try context.openIndex(try context.openRepository())
        let today = Timestamp(seconds: context.now.seconds).day
        // All that there is, unless a span is asked for.
        let isBounded = options.since != nil || options.days != nil || options.until != nil
        let range = try isBounded ? options.range(in: context) : DayRange(first: 0, last: today + 1)
        let byDay = try index.bytesByDay(range)
        let segments = try index.segments()
        var report = StatisticsReport(
            title: "What is kept", DayRange(first: byDay.first?.day ?? today, last: byDay.last?.day ?? today))
        report.facts = [
            ("runs", "run records", .count(byDay.reduce(0) { $0 + $1.runs })),
            ("bytes", "their size, not compressed", .bytes(byDay.reduce(0) { $0 + $1.bytes })),
            ("events", "audit events", .count(segments.reduce(0) { $0 + $1.events })),
        ]
        report.parts = [ages(byDay, today), self.segments(Array(segments.dropFirst(options.offset)))]
        try options.show(report, in: context)
    }

    private func ages(_ byDay: [(day: Int, runs: Int, bytes: Int)], _ today: Int) -> StatisticsReport.Part {
        var rows: [[StatisticsReport.Cell]] = []
        var from = Int.min
        for (age, title) in Self.ages + [(Int.max, "older")] {
            let found = byDay.filter { (from..<age).contains(today - $0.day) }
            rows.append([
                .text(title), .count(found.reduce(0) { $0 + $1.runs }), .bytes(found.reduce(0) { $0 + $1.bytes }),
            ])
            from = age
        }
        return StatisticsReport.Part(name: "ages", title: "Age", columns: ["age", "runs", "bytes"], rows: rows)
    }

    private func segments(_ found: [SegmentTotals]) -> StatisticsReport.Part {
        StatisticsReport.Part(
            name: "segments", title: "Segments", columns: ["month", "clone", "kind", "runs", "bytes", "events"],
            rows: found.prefix(options.limit).map { totals in
                [
                    .text(totals.segment.month.description), .text(totals.segment.clone.description),
                    .text(totals.segment.kind.rawValue), .count(totals.runs), .bytes(totals.bytes),
                    .count(totals.events),
                ]
            })
    }
}
