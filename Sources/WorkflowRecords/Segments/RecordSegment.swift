public import WorkflowHistory

/// Names one clone's records; see `WorkflowHistory.CloneID`.
public typealias CloneID = WorkflowHistory.CloneID

/// One month's part of what one clone has recorded: the reference that holds it.
///
/// Each clone writes references of its own, a new one a month (the UTC month in which a run ended). So synchronising
/// never merges, and dropping old records is deleting old references.
public struct RecordSegment: Hashable, Sendable, CustomStringConvertible {
    /// What a segment's notes hold.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Run records, and digests of them on the versions' commits.
        case runs
        /// Audit events.
        case audit
    }

    /// What the segment holds.
    public let kind: Kind
    /// The clone that writes it.
    public let clone: CloneID
    /// The month in UTC.
    public let month: Month

    /// A segment by its parts.
    public init(kind: Kind, clone: CloneID, month: Month) {
        self.kind = kind
        self.clone = clone
        self.month = month
    }

    /// The segment of a reference, `refs/notes/wfrepo/runs/<clone>/<yyyy-mm>`; nil for any other reference.
    public init?(reference: String) {
        // By bytes: each question to the index looks at every segment.
        let parts = reference.utf8.split(separator: 0x2F, omittingEmptySubsequences: false).map { String($0) ?? "" }
        guard parts.count == 6, parts[0...2] == ["refs", "notes", "wfrepo"], let kind = Kind(rawValue: parts[3]),
            let clone = CloneID(parts[4]), let month = Month(parts[5])
        else { return nil }
        self.init(kind: kind, clone: clone, month: month)
    }

    /// What all references of a kind begin with, of one clone or of all: `refs/notes/wfrepo/runs/`.
    public static func prefix(_ kind: Kind, of clone: CloneID? = nil) -> String {
        "refs/notes/wfrepo/\(kind.rawValue)/" + (clone.map { "\($0)/" } ?? "")
    }

    /// The full name of the reference.
    public var reference: String { "\(Self.prefix(kind, of: clone))\(month)" }

    /// The full name of the reference.
    public var description: String { reference }
}
