import GitStore
import WorkflowEngine
import WorkflowRecords

extension Timestamp {
    init(seconds: Int) { self.init(milliseconds: seconds * 1000) }

    /// The day in UTC, in days since 1970.
    var day: Int {
        let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

extension StatisticsReport {
    init(title: String, _ days: DayRange) {
        self.init(
            title: title, since: CivilDate(daysSinceEpoch: days.first).description,
            until: CivilDate(daysSinceEpoch: days.last).description)
    }

    /// Every day of a span, with its numbers.
    static func days(_ range: DayRange, _ numbers: (String) -> (good: Int, bad: Int)) -> [Day] {
        guard range.first <= range.last else { return [] }
        return (range.first...range.last).map { day in
            let name = CivilDate(daysSinceEpoch: day).description
            let (good, bad) = numbers(name)
            return Day(name: name, good: good, bad: bad)
        }
    }

    /// The sums of runs, as facts.
    mutating func add(_ totals: RunTotals) {
        facts += [
            ("runs", "runs", .count(totals.runs)), ("succeeded", "succeeded", .count(totals.succeeded)),
            ("failed", "failed", .count(totals.failed)), ("cancelled", "cancelled", .count(totals.cancelled)),
            ("success_rate", "success rate", .share(totals.successRate)),
            ("mean_ms", "mean duration", .duration(totals.meanDuration)),
        ]
    }

    /// The runs of each day.
    mutating func add(_ found: [NamedTotals<Int>], in range: DayRange) {
        let byName = Dictionary(
            found.map { (CivilDate(daysSinceEpoch: $0.name).description, $0.totals) }, uniquingKeysWith: { $1 })
        days = Self.days(range) { day in byName[day].map { ($0.succeeded, $0.failed) } ?? (0, 0) }
    }
}

extension StatisticsReport.Part {
    /// A table of runs.
    static func runs(
        _ name: String, _ title: String, _ column: String, _ rows: [(StatisticsReport.Cell, RunTotals)]
    ) -> Self {
        Self(
            name: name, title: title,
            columns: [column, "runs", "succeeded", "failed", "cancelled", "success_rate", "mean_ms"],
            rows: rows.map { name, totals in
                [
                    name, .count(totals.runs), .count(totals.succeeded), .count(totals.failed),
                    .count(totals.cancelled),
                    .share(totals.successRate), .duration(totals.meanDuration),
                ]
            })
    }

    /// A table of steps.
    static func steps(_ name: String, _ title: String, _ steps: [StepTotals], showsWorkflow: Bool) -> Self {
        Self(
            name: name, title: title,
            columns: (showsWorkflow ? ["workflow"] : [])
                + ["step", "runs", "failed", "failure_rate", "retried", "recovered", "mean_ms"],
            rows: steps.map { step in
                let rate = step.runs == 0 ? nil : Double(step.failed) / Double(step.runs)
                return (showsWorkflow ? [.text(step.workflow)] : []) + [
                    .text(step.step), .count(step.runs), .count(step.failed), .share(rate), .count(step.retried),
                    .count(step.recovered), .duration(step.meanDuration),
                ]
            })
    }

    /// A table of classes of error.
    static func errors(_ name: String, _ title: String, _ errors: [ErrorTotals]) -> Self {
        Self(
            name: name, title: title, columns: ["class", "attempts", "failed", "recovered"],
            rows: errors.map { [.text($0.kind), .count($0.attempts), .count($0.failed), .count($0.recovered)] })
    }
}
