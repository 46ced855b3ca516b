import ArgumentParser
import DocumentTree
import GitStore
import WorkflowLanguage
import WorkflowRecords

struct StatsErrorsCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "errors", abstract: "What fails: by step, by class of error, and which retries helped.")

    @Argument(help: "Only this workflow.", completion: .workflows)
    var name: String?

    @Option(help: ArgumentHelp("Only this step.", valueName: "id"))
    var step: String?

    @OptionGroup var options: StatsOptions

    func run(in context: CommandContext) throws {
        let index = try context.openIndex(try context.openRepository())
        let days = try options.range(in: context)
        try options.show(index.inOneMoment { try report(index, days, context) }, in: context)
    }

    private func report(_ index: RecordIndex, _ days: DayRange, _ context: CommandContext) throws -> StatisticsReport {
        let name = try name.map { try options.workflow($0, in: index, context) }
        var report = StatisticsReport(title: "Errors" + (name.map { " of \($0)" } ?? ""), days)
        let steps = try index.steps(days, of: name, step: step)
        if let step, steps.isEmpty { try check(step, of: name, in: index) }
        report.facts = [
            ("failed_steps", "steps failed", .count(steps.reduce(0) { $0 + $1.failed })),
            ("retried", "tried again", .count(steps.reduce(0) { $0 + $1.retried })),
            ("recovered", "of them it helped", .count(steps.reduce(0) { $0 + $1.recovered })),
        ]
        let shown = Array(steps.dropFirst(options.offset).prefix(options.limit))
        report.add(try index.totalsByDay(days, of: name), in: days)
        report.parts = [
            .steps("steps", "Steps", shown, showsWorkflow: true),
            .errors("classes", "Classes of error", try index.errors(days, of: name, step: step, limit: options.limit)),
        ]
        if name == nil, step == nil {
            let worst = try index.totalsByWorkflow(days, limit: .max).filter { $0.totals.failed > 0 }
                .sorted { ($1.totals.failed, $0.name) < ($0.totals.failed, $1.name) }.prefix(options.limit)
            report.parts.append(
                .runs("workflows", "Most problematic", "workflow", worst.map { (.text($0.name), $0.totals) }))
        }
        return report
    }

    /// A step must have been there at some time: a slip must not look like a step that never fails.
    private func check(_ step: String, of name: WorkflowName?, in index: RecordIndex) throws {
        let ran = try index.steps(of: name)
        guard !ran.contains(step) else { return }
        let defined = try index.definedSteps(of: name)
        guard !defined.contains(step) else { return }
        let known = Set(ran + defined).sorted()
        let nearest = NearestName.nearest(to: step, among: known).map { "Did you mean '\($0)'? " } ?? ""
        throw CommandFailure(
            "there is no step '\(visibleLine(step))'\(name.map { " of \($0)" } ?? ""), and no run had one",
            hint: nearest + "See what failed: wfrepo stats errors\(name.map { " \($0)" } ?? "")")
    }
}
