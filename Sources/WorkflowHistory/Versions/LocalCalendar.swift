/// Dates as people write them, read against a given now and a given offset from UTC.
///
/// The arithmetic is Howard Hinnant's `days_from_civil` (chrono-Compatible Low-Level Date Algorithms), which is exact in
/// the proleptic Gregorian calendar.
public struct LocalCalendar: Hashable, Sendable {
    /// Seconds since 1970-01-01 00:00 UTC.
    public let now: Int
    /// The distance from UTC of dates without one, in minutes; positive east of Greenwich.
    public let offsetMinutes: Int

    /// A calendar at a moment.
    public init(now: Int, offsetMinutes: Int = 0) {
        self.now = now
        self.offsetMinutes = offsetMinutes
    }

    /// The moment that a text names, in seconds since 1970; nil where it is no date.
    ///
    /// `2026-11-01` is the end of that day; `2026-11-01 18:30`, `2026-11-01T18:30:00`, each also with `Z` or `+01:00`;
    /// `now`, `today`, `yesterday`; `3 days ago` (second, minute, hour, day, week, month of 30 days, year of 365).
    public func seconds(of text: String) -> Int? {
        switch text {
        case "now", "today": return now
        case "yesterday": return now - 86_400
        default: break
        }
        if text.hasSuffix(" ago") { return secondsAgo(text.dropLast(4)) }
        guard text.utf8.count >= 10, let day = Self.day(text.prefix(10)) else { return nil }
        let rest = text.dropFirst(10)
        guard let separator = rest.first else { return day * 86_400 + 86_399 - offsetMinutes * 60 }
        guard separator == "T" || separator == "t" || separator == " " else { return nil }
        let (clock, offset) = Self.splitOffset(rest.dropFirst())
        guard let time = Self.timeOfDay(clock), let minutes = offset.isEmpty ? offsetMinutes : Self.minutes(offset)
        else {
            return nil
        }
        return day * 86_400 + time - minutes * 60
    }

    /// A moment in the form of RFC 3339, `2026-11-01T18:30:00+01:00`, with `Z` for no offset.
    public static func rfc3339(seconds: Int, offsetMinutes: Int) -> String {
        let (local, overflow) = seconds.addingReportingOverflow(offsetMinutes * 60)
        guard !overflow else { return "\(seconds)" }
        let day = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
        let time = local - day * 86_400
        let date = civil(day)
        let zone =
            offsetMinutes == 0
            ? "Z"
            : (offsetMinutes < 0 ? "-" : "+") + padded(Int(offsetMinutes.magnitude) / 60) + ":"
                + padded(Int(offsetMinutes.magnitude) % 60)
        return "\(padded(date.year, 4))-\(padded(date.month))-\(padded(date.day))T\(padded(time / 3600)):"
            + "\(padded(time / 60 % 60)):\(padded(time % 60))\(zone)"
    }

    private func secondsAgo(_ text: Substring) -> Int? {
        let words = text.split(separator: " ")
        guard words.count == 2, let count = Int(words[0]), (0...100_000_000).contains(count) else { return nil }
        let unit = words[1].hasSuffix("s") ? words[1].dropLast() : words[1]
        let lengths: [Substring: Int] = [
            "second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800, "month": 30 * 86_400,
            "year": 365 * 86_400,
        ]
        return lengths[unit].map { now - count * $0 }
    }

    /// Days since 1970-01-01 of `yyyy-mm-dd`; nil where there is no such day.
    private static func day(_ text: Substring) -> Int? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.map(\.utf8.count) == [4, 2, 2], let year = digits(parts[0]),
            let month = digits(parts[1]), let day = digits(parts[2]), (1...12).contains(month), day >= 1
        else { return nil }
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let result = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        // 31 February comes out as another day.
        let date = civil(result)
        return (date.year, date.month, date.day) == (year, month, day) ? result : nil
    }

    private static func civil(_ day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthIndex + 2) / 5 + 1)
    }

    /// Cuts `18:30+01:00` before its offset.
    private static func splitOffset(_ text: Substring) -> (clock: Substring, offset: Substring) {
        guard let start = text.firstIndex(where: { "Zz+-".contains($0) }) else { return (text, "") }
        return (text[..<start], text[start...])
    }

    private static func timeOfDay(_ text: Substring) -> Int? {
        let whole = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let parts = whole[0].split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3, let hour = digits(parts[0]), let minute = digits(parts[1]),
            let second = parts.count == 3 ? digits(parts[2]) : 0, hour < 24, minute < 60, second <= 60
        else { return nil }
        return hour * 3600 + minute * 60 + second
    }

    private static func minutes(_ offset: Substring) -> Int? {
        if offset == "Z" || offset == "z" { return 0 }
        let numbers = offset.dropFirst().filter { $0 != ":" }
        guard numbers.utf8.count == 4, let value = digits(Substring(numbers)) else { return nil }
        let minutes = value / 100 * 60 + value % 100
        return offset.first == "-" ? -minutes : minutes
    }

    private static func digits(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.count <= 6, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }

    private static func padded(_ number: Int, _ width: Int = 2) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }
}
