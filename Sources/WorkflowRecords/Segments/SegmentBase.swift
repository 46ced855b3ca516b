internal import GitStore

/// What the next commit of a segment stands on: normally what we wrote last. Where somebody else moved our reference,
/// theirs and ours united.
struct SegmentBase {
    /// What the reference holds now, and must still hold when it is moved.
    let tip: CommitID?
    /// The notes to start from; nil for none.
    let notes: TreeID?
    /// What the next commit follows: the tip, then, after a rewrite, the commit that we had written.
    let parents: [CommitID]
    /// The last commit of ours that is there; what was found where none is known.
    let last: CommitID?
    /// What somebody else did to the reference since we wrote it.
    let foreign: ForeignWrite?
}

/// Somebody else wrote a reference of ours.
public struct ForeignWrite: Hashable, Sendable {
    /// What was done.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Commits were put on top of ours, as `git notes append` does.
        case appended
        /// The reference was moved to a commit that does not contain ours.
        case rewritten
        /// The reference was removed.
        case removed
    }

    /// What was done.
    public let kind: Kind
    /// The reference.
    public let segment: RecordSegment
    /// The last commit that we wrote, in hexadecimal.
    public let written: String
    /// The commit that was found, in hexadecimal; nil where the reference was removed.
    public let found: String?
    /// How many notes were put back because they were missing or changed.
    public let restored: Int
    /// Whether what we had written is still in the object store. If not, what was found is all there is.
    public let isRecovered: Bool
}

extension ForeignWrite: CustomStringConvertible {
    /// One sentence: what was done, to which reference, and what came of it.
    public var description: String {
        let deed =
            switch kind {
            case .appended: "somebody else put commits on top of ours in \(segment)"
            case .rewritten: "somebody else rewrote \(segment)"
            case .removed: "somebody else removed \(segment)"
            }
        guard isRecovered else { return "\(deed); what we had written, \(written), is gone" }
        return restored == 0 ? "\(deed); nothing of ours was lost" : "\(deed); notes put back: \(restored)"
    }
}
