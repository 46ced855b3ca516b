internal import GitStore

/// Dates as people write them, read against a given now and a given offset from UTC.
public struct LocalCalendar: Sendable {
    /// Seconds since 1970-01-01 00:00 UTC.
    public let now: Int
    /// The distance from UTC of dates without one, in minutes, positive east of Greenwich, at a moment in seconds since 1970: it
    /// is another in summer.
    private let offset: @Sendable (Int) -> Int

    /// A calendar at a moment, where the distance from UTC is always the same.
    public init(now: Int, offsetMinutes: Int = 0) {
        self.init(now: now) { _ in offsetMinutes }
    }

    /// A calendar at a moment.
    ///
    /// - Parameter offsetMinutes: the distance from UTC at a moment in seconds since 1970.
    public init(now: Int, offsetMinutes: @escaping @Sendable (Int) -> Int) {
        self.now = now
        offset = offsetMinutes
    }

    /// All moments that a text names, in milliseconds since 1970; nil where it is no date.
    ///
    /// A date without a time, `today` and `yesterday` are whole days; a time is that second, or that millisecond where it has
    /// digits for it; the rest is as for ``seconds(of:)``.
    public func moments(of text: String) -> ClosedRange<Int>? {
        if let day = day(named: text) {
            return utc(day * 86_400) * 1000...utc((day + 1) * 86_400) * 1000 - 1
        }
        guard let seconds = seconds(of: text) else { return nil }
        let first = seconds * 1000 + Self.milliseconds(of: text)
        return first...(text.utf8.contains(UInt8(ascii: ".")) ? first : first + 999)
    }

    private func day(named text: String) -> Int? {
        let today = (now + offset(now) * 60).flooredQuotient(by: 86_400)
        return switch text {
        case "today": today
        case "yesterday": today - 1
        default: text.utf8.count == 10 ? Self.day(text[...]) : nil
        }
    }

    /// The moment at which clocks here show a time, which is given as if it were UTC's.
    private func utc(_ local: Int) -> Int { local - offset(local - offset(local) * 60) * 60 }

    /// Digits behind the seconds; 0 where there are none.
    private static func milliseconds(of text: String) -> Int {
        guard let point = text.firstIndex(of: ".") else { return 0 }
        let digits = text[point...].dropFirst().prefix { $0.isASCII && $0.isNumber }.prefix(3)
        return Int(digits + String(repeating: "0", count: 3 - digits.count)) ?? 0
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
        guard let separator = rest.first else { return utc((day + 1) * 86_400) - 1 }
        guard separator == "T" || separator == "t" || separator == " " else { return nil }
        let (clock, offset) = Self.splitOffset(rest.dropFirst())
        guard let time = Self.timeOfDay(clock) else { return nil }
        guard !offset.isEmpty else { return utc(day * 86_400 + time) }
        return Self.minutes(offset).map { day * 86_400 + time - $0 * 60 }
    }

    private func secondsAgo(_ text: Substring) -> Int? {
        let words = text.split(separator: " ")
        guard words.count == 2, let count = Int(words[0]), (0...100_000_000).contains(count) else { return nil }
        let unit = words[1].hasSuffix("s") ? words[1].dropLast() : words[1]
        let lengths: [Substring: Int] = [
            "second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800, "month": 30 * 86_400,
            "year": 365 * 86_400,
        ]
        // Before the year 0 there are no dates of ours.
        return lengths[unit].map { now - count * $0 }.flatMap { $0 < Self.firstSecond ? nil : $0 }
    }

    /// 0000-01-01T00:00:00Z.
    private static let firstSecond = CivilDate(year: 0, month: 1, day: 1).daysSinceEpoch * 86_400

    /// Days since 1970-01-01 of `yyyy-mm-dd`; nil where there is no such day.
    private static func day(_ text: Substring) -> Int? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.map(\.utf8.count) == [4, 2, 2], let year = digits(parts[0]),
            let month = digits(parts[1]), let day = digits(parts[2]), (1...12).contains(month), day >= 1
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        return date.isReal ? date.daysSinceEpoch : nil
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
            let second = parts.count == 3 ? digits(parts[2]) : 0, hour < 24, minute < 60, second <= 60,
            whole.count == 1 || parts.count == 3 && digits(whole[1]) != nil
        else { return nil }
        return hour * 3600 + minute * 60 + second
    }

    private static func minutes(_ offset: Substring) -> Int? {
        if offset == "Z" || offset == "z" { return 0 }
        let numbers = offset.dropFirst().filter { $0 != ":" }
        guard numbers.utf8.count == 4, let value = digits(Substring(numbers)) else { return nil }
        guard value / 100 < 24, value % 100 < 60 else { return nil }
        let minutes = value / 100 * 60 + value % 100
        return offset.first == "-" ? -minutes : minutes
    }

    private static func digits(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.count <= 6, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }
}
