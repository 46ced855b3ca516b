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
            since: try seconds(since.map { Self.start($0, calendar) }, "--since", calendar),
            until: try seconds(until, "--until", calendar),
            author: try pattern(author, "--author"), message: try pattern(grep, "--grep"))
    }

    /// A day means its end elsewhere; what is asked for since that day, from its start.
    private static func start(_ text: String, _ calendar: LocalCalendar) -> String {
        let day = text == "today" ? String(calendar.today) : text
        return day.utf8.count == 10 && day.utf8.contains(UInt8(ascii: "-")) ? "\(day) 00:00" : text
    }

    private func seconds(_ text: String?, _ option: String, _ calendar: LocalCalendar) throws(CommandFailure) -> Int? {
        guard let text else { return nil }
        if let seconds = calendar.seconds(of: text) { return seconds }
        throw CommandFailure(
            "\(option): '\(text)' is not a date",
            hint: "Write 2026-11-01, '2026-11-01 18:30', 2026-11-01T18:30:00Z, yesterday or '3 days ago'.",
            status: .usage)
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
    /// The present day, `2026-11-01`.
    fileprivate var today: Substring { RFC3339.text(seconds: now, offsetMinutes: offsetMinutes).prefix(10) }
}
