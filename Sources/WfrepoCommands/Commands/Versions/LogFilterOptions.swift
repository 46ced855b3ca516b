import ArgumentParser
import GitStore
import WorkflowHistory
import WorkflowLanguage

/// Which versions a log shows.
struct LogFilterOptions: ParsableArguments {
    @Option(name: [.customLong("since"), .customLong("after")], help: "Only versions committed since that date.")
    var since: String?

    @Option(name: [.customLong("until"), .customLong("before")], help: "Only versions committed until that date.")
    var until: String?

    @Option(help: "Only versions whose author, 'Name <email>', matches this regular expression.")
    var author: String?

    @Option(help: "Only versions of whose message a line matches this regular expression.")
    var grep: String?

    /// The filter that the options mean.
    func filter(calendar: LocalCalendar) throws(CommandFailure) -> LogFilter {
        LogFilter(
            since: try moments(since, "--since", calendar).map { $0.lowerBound.flooredQuotient(by: 1000) },
            until: try moments(until, "--until", calendar).map { $0.upperBound.flooredQuotient(by: 1000) },
            author: try pattern(author, "--author"), message: try pattern(grep, "--grep"))
    }

    private func moments(
        _ text: String?, _ option: String, _ calendar: LocalCalendar
    ) throws(CommandFailure) -> ClosedRange<Int>? {
        guard let text else { return nil }
        return try calendar.moments(of: text, givenFor: option)
    }

    private func pattern(_ text: String?, _ option: String) throws(CommandFailure) -> Pattern? {
        guard let text else { return nil }
        do {
            return try Pattern(text)
        } catch {
            throw CommandFailure("\(option): '\(text)' is no regular expression: \(error.message)", status: .usage)
        }
    }
}

extension LocalCalendar {
    /// The moments, in milliseconds since 1970, that an option's text names.
    func moments(of text: String, givenFor option: String) throws(CommandFailure) -> ClosedRange<Int> {
        if let moments = moments(of: text) { return moments }
        throw CommandFailure(
            "\(option): '\(text)' is not a date",
            hint: "write 2026-11-01, '2026-11-01 18:30', 2026-11-01T18:30:00Z, yesterday or '3 days ago'",
            status: .usage)
    }
}
