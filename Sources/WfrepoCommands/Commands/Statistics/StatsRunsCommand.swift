import ArgumentParser
import GitStore
import WorkflowEngine
import WorkflowLanguage
import WorkflowRecords

struct StatsRunsCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "runs", abstract: "How runs went: of all workflows, or of one with its versions and durations.")

    @Argument(help: "The workflow; without one, all of them.", completion: .workflows)
    var name: String?

    @OptionGroup var options: StatsOptions

    func run(in context: CommandContext) throws {
        let index = try context.openIndex(try context.openRepository())
        let days = try options.range(in: context)
        let report = try index.inOneMoment {
            try name.map { try self.report(of: options.workflow($0, in: index, context), index, days) }
                ?? overview(index, days)
        }
        try options.show(report, in: context)
    }

    private func overview(_ index: RecordIndex, _ days: DayRange) throws -> StatisticsReport {
        var report = StatisticsReport(title: "All workflows", days)
        let counts = try index.workflowCounts(days)
        report.facts = [
            ("workflows", "workflows", .count(counts.present)),
            ("active_workflows", "ran in this time", .count(counts.active)),
        ]
        report.add(try index.totals(days))
        report.add(try index.totalsByDay(days), in: days)
        report.parts = [
            .runs(
                "most_active", "Most active", "workflow",
                try index.totalsByWorkflow(days, limit: options.limit, offset: options.offset).map {
                    (.text($0.name), $0.totals)
                })
        ]
        return report
    }

    private func report(of name: WorkflowName, _ index: RecordIndex, _ days: DayRange) throws -> StatisticsReport {
        var report = StatisticsReport(title: name.description, days)
        report.add(try index.totals(days, of: name))
        if let spread = try index.durations(days, of: name) {
            report.facts += [
                ("p50_ms", "half took at most", .duration(spread.median)), ("p95_ms", "95 %", .duration(spread.p95)),
                ("p99_ms", "99 %", .duration(spread.p99)), ("longest_ms", "longest", .duration(spread.longest)),
            ]
        }
        report.add(try index.totalsByDay(days, of: name), in: days)
        let versions = try index.totalsByVersion(days, of: name, limit: options.limit, offset: options.offset)
        let steps = try index.steps(days, of: name, onlyFailing: false, limit: options.limit)
        report.parts = [
            .runs(
                "versions", "Versions", "version",
                versions.map { (.text($0.words), $0.totals) }),
            .steps("steps", "Steps", steps, showsWorkflow: false),
            .errors("errors", "Errors", try index.errors(days, of: name, limit: options.limit)),
        ]
        return report
    }
}

extension VersionTotals {
    /// The version, and whether the current branch has it.
    fileprivate var words: String {
        switch version {
        case .worktree: "uncommitted"
        case .unknown: "unknown"
        case .number(let number): isOnHistory ? "v\(number)" : "v\(number) of another branch"
        }
    }
}
