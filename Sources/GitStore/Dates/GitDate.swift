/// The date formats that git documents for `GIT_AUTHOR_DATE` (git-commit(1), "Date formats").
enum GitDate {
    /// Seconds since 1970 and the offset from UTC in minutes; `nil` for what is none of the formats.
    ///
    /// - Parameter defaultOffsetMinutes: holds for a date without a zone.
    static func parse(_ text: String, defaultOffsetMinutes: Int) -> (seconds: Int, offsetMinutes: Int)? {
        let fields = text.split(whereSeparator: { $0 == " " || $0 == "\t" })
        return parseRaw(fields) ?? parseISO(fields, defaultOffsetMinutes) ?? parseMail(fields, defaultOffsetMinutes)
    }

    /// `1700000000 +0100`, `@1700000000`; without `@` a bare number must be no date such as 20261121.
    private static func parseRaw(_ fields: [Substring]) -> (seconds: Int, offsetMinutes: Int)? {
        guard let first = fields.first, fields.count <= 2 else { return nil }
        let marked = first.hasPrefix("@")
        let digits = marked ? first.dropFirst() : first
        guard let seconds = Int(digits), seconds >= 0, marked || digits.count > 8 else { return nil }
        guard fields.count == 2 else { return (seconds, 0) }
        return Signature.minutes(ofZone: fields[1]).map { (seconds, $0) }
    }

    /// `2026-11-21T14:30:00+01:00`, `2026-11-21 14:30:00 +0100`, with `/` or `.` between the parts of the day, too.
    private static func parseISO(_ fields: [Substring], _ defaultOffset: Int) -> (seconds: Int, offsetMinutes: Int)? {
        guard let first = fields.first else { return nil }
        var parts = first.split(separator: "T", maxSplits: 1) + fields.dropFirst()
        let day = parts.removeFirst().split(whereSeparator: { $0 == "-" || $0 == "/" || $0 == "." })
        guard day.count == 3, day[0].count == 4, let year = Int(day[0]), let month = Int(day[1]), let date = Int(day[2])
        else { return nil }
        return time(year: year, month: month, day: date, clock: parts.joined(), defaultOffset)
    }

    /// `Sat, 21 Nov 2026 14:30:00 +0100` (RFC 5322).
    private static func parseMail(_ fields: [Substring], _ defaultOffset: Int) -> (seconds: Int, offsetMinutes: Int)? {
        let fields = fields.first?.hasSuffix(",") == true ? Array(fields.dropFirst()) : fields
        let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        guard fields.count >= 4, let day = Int(fields[0]), let year = Int(fields[2]),
            let month = months.firstIndex(of: fields[1].lowercased())
        else { return nil }
        return time(year: year, month: month + 1, day: day, clock: fields[3...].joined(), defaultOffset)
    }

    /// Adds a clock such as `14:30:00.5+01:00` to a day.
    private static func time(
        year: Int, month: Int, day: Int, clock: String, _ defaultOffset: Int
    ) -> (seconds: Int, offsetMinutes: Int)? {
        let zoneStart = clock.firstIndex(where: { "+-Zz".contains($0) }) ?? clock.endIndex
        let zone = clock[zoneStart...].filter { $0 != ":" }
        let parts = clock[..<zoneStart].split(separator: ":").map { Int($0.prefix(while: { $0 != "." })) }
        guard (2...3).contains(parts.count), let hour = parts[0], let minute = parts[1],
            let second = parts.count == 3 ? parts[2] : 0, (1970...9999).contains(year), (1...12).contains(month),
            (1...31).contains(day), (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        let offset: Int? =
            zone.isEmpty
            ? defaultOffset
            : zone.lowercased() == "z" ? 0 : Signature.minutes(ofZone: zone.count == 3 ? zone + "00" : zone)
        guard let offset else { return nil }
        let days = CivilDate(year: year, month: month, day: day).daysSinceEpoch
        return (days * 86_400 + hour * 3600 + minute * 60 + second - offset * 60, offset)
    }
}
