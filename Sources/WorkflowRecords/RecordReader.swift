public import GitStore
public import WorkflowEngine

/// A run that is in git for good.
public struct RecordedRun: Hashable, Sendable {
    /// The run in one line.
    public let summary: RunSummary
    /// The run's commit: its tree is what ran, the note on it the record.
    public let commit: CommitID
    /// Where the note is.
    public let segment: RecordSegment
}

/// Reads records out of git: this clone's and those that were fetched from others.
///
/// It reads the segments themselves, newest first, so what is recent is found at once and what is old takes as many reads
/// as there are commits in between.
public struct RecordReader {
    private let repository: Repository

    /// Clocks of different machines differ; further than this a search does not trust them.
    private static let clockSkew = 86_400

    /// A reader of all segments in a repository.
    public init(_ repository: Repository) {
        self.repository = repository
    }

    /// The latest runs that `isWanted` accepts, newest first by their end, at most `limit`.
    public func latest(
        _ limit: Int, where isWanted: (RunSummary) -> Bool = { _ in true }
    ) throws -> [RecordedRun] {
        var found: [RecordedRun] = []
        var seen: Set<RunID> = []
        // A month holds the runs that ended in it, so no older month has later ones.
        for month in try segmentsByMonth() {
            guard found.count < limit else { break }
            var histories = try month.map { segment, tip in (segment, try SegmentHistory(of: tip, in: repository)) }
            while let newest = histories.indices.max(by: { time(histories[$0].1) < time(histories[$1].1) }),
                // What was recorded before the last of the wanted runs ended can't hold a later one.
                found.count < limit || time(histories[newest].1) >= (found.last?.summary.ended.seconds ?? .max),
                let batch = try histories[newest].1.next()
            {
                for run in batch.runs where isWanted(run.summary) && seen.insert(run.summary.run).inserted {
                    found.append(RecordedRun(summary: run.summary, commit: run.commit, segment: histories[newest].0))
                }
                if found.count >= limit { found = Self.newest(limit, of: found) }
            }
        }
        return Self.newest(limit, of: found)
    }

    private static func newest(_ limit: Int, of runs: [RecordedRun]) -> [RecordedRun] {
        let sorted = runs.sorted { ($1.summary.ended, $1.summary.run) < ($0.summary.ended, $0.summary.run) }
        return Array(sorted.prefix(max(0, limit)))
    }

    /// Finds a run by its id; nil where no segment has it.
    public func find(_ run: RunID) throws -> RecordedRun? {
        let text = run.description
        let earliest = run.submitted.seconds - Self.clockSkew
        let firstMonth = Month(of: Timestamp(milliseconds: max(0, earliest) * 1000))
        // A run ends after it was submitted, mostly in the same month; it was recorded after that.
        for month in try segmentsByMonth().reversed() {
            for (segment, tip) in month where firstMonth.map({ segment.month >= $0 }) ?? true {
                var history = try SegmentHistory(of: tip, in: repository)
                while time(history) >= earliest, let batch = try history.next() {
                    guard batch.commit.message.contains(text),
                        let found = batch.runs.first(where: { $0.summary.run == run })
                    else { continue }
                    return RecordedRun(summary: found.summary, commit: found.commit, segment: segment)
                }
            }
        }
        return nil
    }

    /// A run's record.
    ///
    /// - Throws: `RecordsError.notFound` where its note is missing, `corrupt` where it can't be read.
    public func record(of run: RecordedRun) throws -> RunRecord {
        let id = run.summary.run.description
        guard let tip = try repository.resolve(run.segment.reference),
            let note = try notes(at: CommitID(tip)).note(for: run.commit.object)
        else {
            throw RecordsError(
                .notFound, "read record", id, "\(run.segment.reference) has no note on \(run.commit.short())",
                hint: "see who changed it: git log \(run.segment.reference)")
        }
        do {
            return try RunNote.record(in: try repository.blob(note))
        } catch let error as GitError {
            throw error
        } catch {
            throw RecordsError(
                .corrupt, "read record", id, "\(error)", hint: "see it as it is: git cat-file -p \(note)")
        }
    }

    /// A run's record by the run's id; nil where no segment has it.
    public func record(of run: RunID) throws -> RunRecord? {
        try find(run).map { try record(of: $0) }
    }

    /// The latest runs of the version that `commit` made, newest first, as its digests have them: at most `limit`.
    ///
    /// A digest is for people and keeps the latest 20 runs a clone and month; statistics are made from the records.
    public func digest(of commit: CommitID, limit: Int = 20) throws -> [RunSummary] {
        var runs: [RunID: RunSummary] = [:]
        for month in try segmentsByMonth() where runs.count < limit {
            for (_, tip) in month {
                guard let note = try notes(at: tip).note(for: commit.object) else { continue }
                let digest = VersionDigest(note: String(decoding: try repository.blob(note), as: UTF8.self))
                for run in digest.runs { runs[run.run] = run }
            }
        }
        return Array(runs.values.sorted { ($1.ended, $1.run) < ($0.ended, $0.run) }.prefix(max(0, limit)))
    }

    /// All segments with their tips, grouped by month, the newest month first.
    private func segmentsByMonth() throws -> [[(segment: RecordSegment, tip: CommitID)]] {
        var months: [Month: [(RecordSegment, CommitID)]] = [:]
        for reference in try repository.references(matching: RecordSegment.prefix(.runs)) {
            guard let segment = RecordSegment(reference: reference.name), case .object(let tip) = reference.target
            else { continue }
            months[segment.month, default: []].append((segment, CommitID(tip)))
        }
        return months.sorted { $0.key > $1.key }.map { $0.value.map { (segment: $0.0, tip: $0.1) } }
    }

    private func notes(at tip: CommitID) throws -> NotesTree {
        NotesTree(repository, root: try repository.links(of: tip).tree)
    }

    private func time(_ history: SegmentHistory) -> Int { history.nextSeconds ?? .min }
}
