/// A day of the proleptic Gregorian calendar.
///
/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil` and `civil_from_days`.
public struct CivilDate: Hashable, Sendable, CustomStringConvertible {
    /// The year; 0 is the one before year 1.
    public var year: Int
    /// The month, 1 for January.
    public var month: Int
    /// The day of the month, 1 for the first.
    public var day: Int

    /// Names a day by any numbers; ``isReal`` says whether there is such a day.
    public init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// The day so many days after 1970-01-01, for any moment that an `Int` counts in seconds.
    public init(daysSinceEpoch days: Int) {
        let shifted = days + 719_468
        let era = shifted.flooredQuotient(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    }

    /// The days from 1970-01-01 to this day. 31 April is 1 May.
    public var daysSinceEpoch: Int {
        let yearFromMarch = month <= 2 ? year - 1 : year
        let era = yearFromMarch.flooredQuotient(by: 400)
        let yearOfEra = yearFromMarch - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// Whether the calendar has that day.
    public var isReal: Bool { CivilDate(daysSinceEpoch: daysSinceEpoch) == self }

    /// `2026-11-01`.
    public var description: String { String.ascii { $0.write(self) } }
}

/// Moments as text in the form of RFC 3339.
public enum RFC3339 {
    /// `2026-11-01T18:30:00+01:00`, with `Z` for no offset; the bare number of seconds where that is beyond what counts.
    ///
    /// - Parameters:
    ///   - seconds: since 1970-01-01 00:00 UTC.
    ///   - milliseconds: a fraction to be written, below 1000.
    ///   - offsetMinutes: the distance from UTC, positive east of Greenwich.
    public static func text(seconds: Int, milliseconds: Int? = nil, offsetMinutes: Int = 0) -> String {
        let (local, overflow) = seconds.addingReportingOverflow(offsetMinutes * 60)
        guard !overflow else { return "\(seconds)" }
        let day = local.flooredQuotient(by: 86_400)
        let time = local - day * 86_400
        let distance = Int(offsetMinutes.magnitude)
        return String.ascii { text in
            text.write(CivilDate(daysSinceEpoch: day))
            text.write("T", time / 3600)
            text.write(":", time / 60 % 60)
            text.write(":", time % 60)
            if let milliseconds { text.write(".", milliseconds, width: 3) }
            if offsetMinutes == 0 {
                text.write("Z")
            } else {
                text.write(offsetMinutes < 0 ? "-" : "+", distance / 60)
                text.write(":", distance % 60)
            }
        }
    }
}

/// A short text under way, in memory that is there already: a record has thousands of times in it.
private struct ASCIIText {
    /// More than the longest date and time, with a year of twenty characters.
    static let capacity = 96
    let bytes: UnsafeMutableBufferPointer<UInt8>
    var count = 0

    mutating func write(_ character: Unicode.Scalar) {
        guard count < bytes.count else { return }
        bytes[count] = UInt8(ascii: character)
        count += 1
    }

    /// Writes a character, and a number with leading zeros.
    mutating func write(_ character: Unicode.Scalar, _ number: Int, width: Int = 2) {
        write(character)
        write(number, width: width)
    }

    mutating func write(_ date: CivilDate) {
        write(date.year, width: 4)
        write("-", date.month)
        write("-", date.day)
    }

    private mutating func write(_ number: Int, width: Int) {
        if number < 0 { write("-") }
        var rest = number.magnitude
        var scale: UInt = 1
        for _ in 1..<width { scale *= 10 }
        while rest / scale >= 10 { scale *= 10 }
        while scale > 0 {
            write(Unicode.Scalar(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest / scale)))
            rest %= scale
            scale /= 10
        }
    }
}

extension String {
    fileprivate static func ascii(_ write: (inout ASCIIText) -> Void) -> String {
        String(unsafeUninitializedCapacity: ASCIIText.capacity) { buffer in
            var text = ASCIIText(bytes: buffer)
            write(&text)
            return text.count
        }
    }
}

extension Int {
    /// The largest whole number of times that `divisor`, which is positive, goes into this one.
    package func flooredQuotient(by divisor: Int) -> Int {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
