internal import GitStore

/// All segments of a kind in a repository: this clone's and those that were fetched from others.
struct SegmentCatalog {
    /// A segment and the commit that it is at.
    typealias Entry = (segment: RecordSegment, tip: CommitID)

    private let repository: Repository
    /// The segments by month, the newest month first.
    let months: [[Entry]]

    init(_ kind: RecordSegment.Kind, in repository: Repository) throws(GitError) {
        var months: [Month: [Entry]] = [:]
        for reference in try repository.references(matching: RecordSegment.prefix(kind)) {
            guard let segment = RecordSegment(reference: reference.name), case .object(let tip) = reference.target
            else { continue }
            months[segment.month, default: []].append((segment, CommitID(tip)))
        }
        self.repository = repository
        self.months = months.sorted { $0.key > $1.key }.map(\.value)
    }

    /// The notes of a segment.
    func notes(at tip: CommitID) throws(GitError) -> NotesTree {
        NotesTree(repository, root: try repository.links(of: tip).tree)
    }

    /// The newest items of all segments, newest first, reading no more commits than it takes.
    ///
    /// - Parameters:
    ///   - time: when an item happened, in seconds since 1970: in its segment's month, and before its batch was written.
    ///   - items: what a batch holds that is wanted.
    func newest<Item>(
        _ limit: Int, time: (Item) -> Int, items: (SegmentHistory.Batch, Entry) throws -> [Item]
    ) throws -> [Item] {
        var found: [Item] = []
        func sorted() -> [Item] { Array(found.sorted { time($0) > time($1) }.prefix(max(0, limit))) }
        // A month holds what happened in it, so no older month has later items.
        for month in months {
            guard found.count < limit else { break }
            var histories = try month.map { (entry: $0, history: try SegmentHistory(of: $0.tip, in: repository)) }
            while let newest = histories.indices.max(by: { histories[$0].history < histories[$1].history }),
                // What was written before the last wanted item happened can't hold a later one.
                found.count < limit || histories[newest].history.nextSeconds ?? 0 >= found.last.map(time) ?? 0,
                let batch = try histories[newest].history.next()
            {
                // Within a batch the oldest is first; a stable sort would otherwise turn equal times round.
                found += try items(batch, histories[newest].entry).reversed()
                if found.count >= limit { found = sorted() }
            }
        }
        return sorted()
    }
}

extension SegmentHistory {
    /// Whether the next commit of the left one is older.
    fileprivate static func < (left: SegmentHistory, right: SegmentHistory) -> Bool {
        (left.nextSeconds ?? .min) < (right.nextSeconds ?? .min)
    }
}
