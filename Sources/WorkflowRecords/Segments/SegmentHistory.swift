internal import GitStore

/// The commits of a segment, the newest first: our batches, and what others put on top or beside them.
struct SegmentHistory {
    /// One commit of a segment.
    struct Batch {
        let commit: Commit
        /// The runs in it, in the order of their ends, each with its run commit.
        let runs: [(summary: RunSummary, commit: CommitID)]
        /// The commits of the segment that this one follows.
        let previous: ArraySlice<CommitID>

        /// The message's lines name the last parents. A message that names more runs than there are parents is not ours,
        /// and names none.
        init(_ commit: Commit) {
            let lines = commit.message.split(separator: "\n").compactMap { RunSummary(line: $0) }
            let summaries = lines.count <= commit.parents.count ? lines : []
            self.commit = commit
            runs = Array(zip(summaries, commit.parents.suffix(summaries.count)))
            previous = commit.parents.dropLast(summaries.count)
        }
    }

    private let repository: Repository
    /// Commits to be visited: one, but where two histories were united.
    private var frontier: [Commit]
    private var seen: Set<CommitID>

    /// - Parameter known: a commit of the segment that is left out, with what it follows.
    init(of tip: CommitID, since known: CommitID? = nil, in repository: Repository) throws(GitError) {
        self.repository = repository
        frontier = tip == known ? [] : [try repository.commit(tip)]
        seen = known.map { [tip, $0] } ?? [tip]
    }

    /// When the next commit was made, in seconds since 1970; nil at the end.
    var nextSeconds: Int? { frontier.map(\.committer.seconds).max() }

    /// The next commit in the order of time; nil at the end.
    mutating func next() throws(GitError) -> Batch? {
        guard let latest = frontier.indices.max(by: { seconds(at: $0) < seconds(at: $1) }) else { return nil }
        let batch = Batch(frontier.remove(at: latest))
        for parent in batch.previous where seen.insert(parent).inserted {
            frontier.append(try repository.commit(parent))
        }
        return batch
    }

    private func seconds(at index: Int) -> Int { frontier[index].committer.seconds }
}
