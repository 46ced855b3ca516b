internal import GitStore
public import WorkflowEngine

/// A month of the Gregorian calendar, in UTC.
public struct Month: Hashable, Comparable, Sendable, LosslessStringConvertible {
    /// `2026-11`: in this form months sort as text.
    public let description: String

    /// Parses `2026-11`; nil for anything else.
    public init?(_ text: String) {
        guard text.utf8.count == 7, Timestamp("\(text)-01T00:00:00.000Z") != nil else { return nil }
        description = text
    }

    /// The month of a moment; nil outside the years that four digits write.
    public init?(of moment: Timestamp) {
        self.init(String(moment.description.prefix(7)))
    }

    /// The earlier month comes first.
    public static func < (left: Month, right: Month) -> Bool { left.description < right.description }
}

extension Timestamp {
    /// RFC 3339 in UTC without fractions: `2026-11-21T05:20:06Z`.
    var textToSeconds: String { RFC3339.text(seconds: milliseconds.flooredQuotient(by: 1000)) }

    /// Parses ``textToSeconds``; nil for anything else.
    init?(textToSeconds text: some StringProtocol) {
        guard text.last == "Z" else { return nil }
        self.init("\(text.dropLast()).000Z")
    }

    /// Whole seconds since 1970, as commits keep time; never before 1970.
    var seconds: Int { max(0, milliseconds) / 1000 }
}
