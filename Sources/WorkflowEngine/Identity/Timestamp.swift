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
        // Of the first moment of all, the whole second is before it.
        return RFC3339.text(seconds: seconds, milliseconds: milliseconds &- seconds &* 1000)
    }

    /// The moment that `description` wrote, or nil where the text has another form.
    public init?(_ description: String) {
        guard let (seconds, milliseconds) = RFC3339.moment(of: description) else { return nil }
        self.init(milliseconds: seconds * 1000 + milliseconds)
        // RFC 3339 has other forms for it.
        guard self.description == description else { return nil }
    }
}
