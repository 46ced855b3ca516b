import ArgumentParser
import DocumentTree
import GitStore
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage
import WorkflowRecords

/// The span of statistics, and their form.
struct StatsOptions: ParsableArguments {
    /// The forms of statistics beside the one for people.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, csv
    }

    @Option(help: "From that day on: 2026-11-01, yesterday, '3 weeks ago'; days are UTC's.")
    var since: String?

    @Option(help: "Up to that day, which counts; today where none is given.")
    var until: String?

    @Option(help: "So many days up to the last one; 30 where neither this nor --since is given.")
    var days: Int?

    @Option(name: [.customShort("n", allowingJoined: true), .customLong("limit")], help: "The most rows of a table.")
    var limit = 10

    @Option(help: "Pass over so many rows.")
    var offset = 0

    @Flag(help: "Print JSON, for scripts.")
    var json = false

    @Option(help: "The form: text, json, csv (the first table).")
    var format: Format = .text

    @Option(help: ArgumentHelp("Draw the days into a file, too.", valueName: "file"), completion: .file())
    var svg: String?

    func validate() throws {
        if limit < 0 || offset < 0 { throw ValidationError("--limit and --offset take whole numbers from 0.") }
        if let days, !(1...100_000).contains(days) { throw ValidationError("--days takes a number from 1.") }
        if days != nil, since != nil { throw ValidationError("--days and --since exclude each other.") }
    }

    /// The days that are meant.
    func range(in context: CommandContext) throws(CommandFailure) -> DayRange {
        // Days of the records are UTC's, so dates are read as UTC's, too.
        let calendar = LocalCalendar(now: context.now.seconds)
        let last = try day(until ?? "now", "--until", calendar)
        let first = try since.map { text throws(CommandFailure) in try day(text, "--since", calendar) }
        guard let first else { return DayRange(first: last - (days ?? 30) + 1, last: last) }
        guard first <= last else {
            throw CommandFailure(
                until == nil ? "--since lies in the future" : "--since lies behind --until", status: .usage)
        }
        return DayRange(first: first, last: last)
    }

    private func day(_ text: String, _ option: String, _ calendar: LocalCalendar) throws(CommandFailure) -> Int {
        guard let seconds = calendar.seconds(of: text) else {
            throw CommandFailure(
                "\(option): '\(text)' is not a date", hint: "write 2026-11-01, yesterday or '3 weeks ago'",
                status: .usage)
        }
        return Timestamp(seconds: seconds).day
    }

    /// The workflow that a name means, which must have been there at some time.
    func workflow(_ text: String, in index: RecordIndex, _ context: CommandContext) throws -> WorkflowName {
        let name = try context.workflowName(text)
        try context.refuseUnknown(name, in: index)
        return name
    }

    /// Shows a report in the form that was asked for.
    func show(_ report: StatisticsReport, in context: CommandContext) throws {
        if let svg { try context.writeNamedFile(Array(report.svg.utf8), to: svg) }
        switch json ? .json : format {
        case .json: try context.output.writeJSON(report.value)
        case .csv: context.output.write(report.csv)
        case .text: report.write(to: context.output, columns: context.terminal.columns)
        }
    }
}
