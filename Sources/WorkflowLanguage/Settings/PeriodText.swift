/// Periods of days, weeks or years, as retention is said in: `90d`, `12w`, `7y`.
public enum PeriodText {
    /// The period of a text; nil where it is none. A year counts 366 days, so that nothing is dropped too early.
    public static func parse(_ text: String) -> Duration? {
        guard TextFormat.period.accepts(text), let unit = text.last, let days = ["d": 1, "w": 7, "y": 366][unit],
            let count = Int(text.dropLast())
        else { return nil }
        return .seconds(count * days * 86_400)
    }
}
