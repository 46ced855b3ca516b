internal import GitStore

/// What a segment's first commit says of the segment before it: which it is, and where it was at.
struct SegmentLink: Hashable {
    /// `Previous-Segment: <reference> <tip>`
    static let trailer = "Previous-Segment"
    /// `Segment: <reference>`: the segment that the commit itself begins, so that a copy under another name is seen.
    static let ownTrailer = "Segment"

    let segment: RecordSegment
    let tip: CommitID

    /// The link that a commit has; nil for none.
    init?(in commit: Commit) {
        guard let words = commit.trailer(Self.trailer)?.split(separator: " "), words.count == 2,
            let segment = RecordSegment(reference: String(words[0])), let tip = CommitID(String(words[1]))
        else { return nil }
        self.segment = segment
        self.tip = tip
    }
}
