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
    /// The note's blob, where the index has seen it: then no tree of notes is read.
    var note: BlobID? = nil
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
        var seen: Set<RunID> = []
        let found = try SegmentCatalog(.runs, in: repository).newest(limit, time: { $0.summary.ended.seconds }) {
            (batch, entry) -> [RecordedRun] in
            batch.runs.filter { isWanted($0.summary) && seen.insert($0.summary.run).inserted }
                .map { RecordedRun(summary: $0.summary, commit: $0.commit, segment: entry.segment) }
        }
        return found.sorted { ($1.summary.ended, $1.summary.run) < ($0.summary.ended, $0.summary.run) }
    }

    /// Finds a run by its id; nil where no segment has it.
    public func find(_ run: RunID) throws -> RecordedRun? {
        let text = run.description
        let earliest = run.submitted.seconds - Self.clockSkew
        let firstMonth = Month(of: Timestamp(milliseconds: max(0, earliest) * 1000))
        // A run ends after it was submitted, mostly in the same month; it was recorded after that.
        for month in try SegmentCatalog(.runs, in: repository).months.reversed() {
            for (segment, tip) in month where firstMonth.map({ segment.month >= $0 }) ?? true {
                var history = try SegmentHistory(of: tip, in: repository)
                while (history.nextSeconds ?? .min) >= earliest, let batch = try history.next() {
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
        if let record = seenRecord(of: run) { return record }
        return try record(of: run, in: NotesTree(repository, reference: run.segment.reference))
    }

    /// The records of runs, in their order. Of each segment the tip is looked up once.
    ///
    /// - Throws: as ``record(of:)-(RecordedRun)``.
    public func records(of runs: [RecordedRun]) throws -> [RunRecord] {
        var segments: [RecordSegment: NotesTree] = [:]
        return try runs.map { run in
            if let record = seenRecord(of: run) { return record }
            let notes = try segments[run.segment] ?? NotesTree(repository, reference: run.segment.reference)
            segments[run.segment] = notes
            return try record(of: run, in: notes)
        }
    }

    /// The record where the index saw it; nil where it is not there, which is looked into in the segment itself.
    private func seenRecord(of run: RecordedRun) -> RunRecord? {
        guard let note = run.note, let record = try? RunNote.record(in: repository.blob(note)),
            record.run == run.summary.run
        else { return nil }
        return record
    }

    private func record(of run: RecordedRun, in notes: NotesTree) throws -> RunRecord {
        let id = run.summary.run.description
        guard let note = try notes.note(for: run.commit.object) else {
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
        let catalog = try SegmentCatalog(.runs, in: repository)
        for month in catalog.months where runs.count < limit {
            for (_, tip) in month {
                guard let note = try catalog.notes(at: tip).note(for: commit.object) else { continue }
                let digest = VersionDigest(note: String(decoding: try repository.blob(note), as: UTF8.self))
                for run in digest.runs { runs[run.run] = run }
            }
        }
        return Array(runs.values.sorted { ($1.ended, $1.run) < ($0.ended, $0.run) }.prefix(max(0, limit)))
    }
}
