internal import GitStore

/// A moment in UTC, to the millisecond, as records and the journal keep it.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    public var milliseconds: Int

    /// The moment so many milliseconds after 1970-01-01T00:00:00Z.
    public init(milliseconds: Int) { self.milliseconds = milliseconds }

    /// Whether `left` is earlier.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    /// The moment `duration` later, to the millisecond; the last moment that can be named where it lies beyond that.
    public func advanced(by duration: Duration) -> Timestamp {
        let (sum, overflow) = milliseconds.addingReportingOverflow(duration.wholeMilliseconds)
        return Timestamp(milliseconds: overflow ? .max : sum)
    }

    /// The time from `earlier` to this moment.
    public func since(_ earlier: Timestamp) -> Duration {
        let (difference, overflow) = milliseconds.subtractingReportingOverflow(earlier.milliseconds)
        return .milliseconds(overflow ? .max : difference)
    }
}

extension Duration {
    /// The duration in milliseconds, rounded down; the largest integer where it does not fit.
    public var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = Int(seconds).multipliedReportingOverflow(by: 1000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, tooLarge) = scaled.addingReportingOverflow(Int(attoseconds / 1_000_000_000_000_000))
        return tooLarge ? .max : sum
    }
}

extension Timestamp: LosslessStringConvertible {
    /// RFC 3339 in UTC with milliseconds: `2026-11-01T02:00:00.000Z`.
    public var description: String {
        let seconds = milliseconds.flooredQuotient(by: 1000)
        return RFC3339.text(seconds: seconds, milliseconds: milliseconds - seconds * 1000)
    }

    /// The moment that `description` wrote, or nil where the text has another form.
    public init?(_ description: String) {
        let bytes = Array(description.utf8)
        let punctuation: [Int: Character] = [4: "-", 7: "-", 10: "T", 13: ":", 16: ":", 19: ".", 23: "Z"]
        guard bytes.count == 24 else { return nil }
        var fields: [Int] = []
        var field = 0
        for (position, byte) in bytes.enumerated() {
            if let expected = punctuation[position] {
                guard Character(UnicodeScalar(byte)) == expected else { return nil }
                fields.append(field)
                field = 0
            } else {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                field = field * 10 + Int(byte - UInt8(ascii: "0"))
            }
        }
        let days = CivilDate(year: fields[0], month: fields[1], day: fields[2]).daysSinceEpoch
        self.init(milliseconds: (((days * 24 + fields[3]) * 60 + fields[4]) * 60 + fields[5]) * 1000 + fields[6])
        guard self.description == description else { return nil }
    }
}
