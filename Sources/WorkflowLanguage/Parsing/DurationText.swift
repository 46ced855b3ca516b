/// Durations as people write them: `90s`, `1m30s`, `2h`, `1d`, `250ms`; a bare number counts seconds.
public enum DurationText {
    /// The longest duration: 366 days.
    public static let longest = Duration.seconds(366 * 24 * 60 * 60)

    /// The duration of a text; nil where it is none, or longer than ``longest``.
    public static func parse(_ text: String) -> Duration? {
        guard !text.isEmpty, TextFormat.duration.accepts(text) else { return nil }
        var total = Duration.zero
        var rest = text[...]
        while !rest.isEmpty {
            let number = rest.prefix { $0.isNumber || $0 == "." }
            rest = rest.dropFirst(number.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let part = part(String(number), unit: String(unit)) else { return nil }
            total += part
        }
        return total <= longest ? total : nil
    }

    private static func part(_ number: String, unit: String) -> Duration? {
        if unit == "s" || unit.isEmpty { return Double(number).map { .milliseconds(Int(($0 * 1000).rounded())) } }
        let milliseconds = ["ms": 1, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
        guard let count = Int(number), let factor = milliseconds[unit] else { return nil }
        return .milliseconds(count * factor)
    }
}
