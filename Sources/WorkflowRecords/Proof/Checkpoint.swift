internal import GitStore
internal import WorkflowEngine

/// A commit of a clone's audit that says where all of that clone's segments stand, and which checkpoint was the one before.
/// Signed with the user's ssh key, it proves everything that leads to it: who rewrites a record later can't sign again.
///
///     checkpoint of 2 segments
///
///     Checkpoint: refs/notes/wfrepo/audit/<clone>/2026-11 <tip> <lines>
///     Checkpoint: refs/notes/wfrepo/runs/<clone>/2026-11 <tip> <runs>
///     Previous-Checkpoint: <commit>
struct Checkpoint {
    static let trailer = "Checkpoint"
    static let previousTrailer = "Previous-Checkpoint"

    /// Where a segment stood.
    struct Stand: Hashable {
        let segment: RecordSegment
        let tip: CommitID
        /// The number of its runs, or of the lines of its clone's audit up to there.
        let count: Int

        var text: String { "\(segment.reference) \(tip) \(count)" }

        init(segment: RecordSegment, tip: CommitID, count: Int) {
            self.segment = segment
            self.tip = tip
            self.count = count
        }

        init?(text: String) {
            let words = text.split(separator: " ")
            guard words.count == 3, let segment = RecordSegment(reference: String(words[0])),
                let tip = CommitID(String(words[1])), let count = Int(words[2])
            else { return nil }
            self.init(segment: segment, tip: tip, count: count)
        }
    }

    let commit: Commit
    let stands: [Stand]
    let previous: CommitID?

    /// The checkpoint that a commit is; nil for any other commit.
    init?(_ commit: Commit) {
        guard commit.message.contains("\n\(Self.trailer): ") else { return nil }
        let trailers = commit.trailers
        let stands = trailers.filter { $0.key == Self.trailer }.compactMap { Stand(text: $0.value) }
        guard !stands.isEmpty else { return nil }
        self.commit = commit
        self.stands = stands
        previous = trailers.last { $0.key == Self.previousTrailer }.flatMap { CommitID($0.value) }
    }

    /// The checkpoints of a segment of audit, the latest first.
    static func all(in segment: RecordSegment, at tip: CommitID, of repository: Repository) throws -> [Checkpoint] {
        var history = try SegmentHistory(of: tip, in: repository)
        var found: [Checkpoint] = []
        while let batch = try history.next() {
            if let checkpoint = Checkpoint(batch.commit) { found.append(checkpoint) }
        }
        return found
    }

    /// The latest checkpoint of a clone; nil where there is none.
    static func latest(of clone: CloneID, in repository: Repository) throws -> Checkpoint? {
        for month in try SegmentCatalog(.audit, in: repository).months {
            for (segment, tip) in month where segment.clone == clone {
                var history = try SegmentHistory(of: tip, in: repository)
                while let batch = try history.next() {
                    if let checkpoint = Checkpoint(batch.commit) { return checkpoint }
                }
            }
        }
        return nil
    }
}
