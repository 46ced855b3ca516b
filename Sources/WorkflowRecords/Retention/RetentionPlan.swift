internal import DocumentTree
public import GitStore
internal import Glibc
public import WorkflowEngine
public import WorkflowLanguage

/// What the settings' periods say is to be dropped now: whole segments of this clone that hold nothing younger, logs, and
/// recorded runs that the journal still has.
///
/// Other clones' segments are theirs to drop; a synchronisation applies what they dropped.
public struct RetentionPlan: Sendable {
    /// A segment to drop.
    public struct Drop: Hashable, Sendable {
        /// The segment.
        public var segment: RecordSegment
        /// Where it is.
        public var tip: CommitID
        /// How many runs or audit lines it holds.
        public var count: Int
        /// The period that is over.
        public var age: Duration
    }

    /// The segments, oldest first.
    public var segments: [Drop] = []
    /// The runs whose logs are to be removed.
    public var logs: [RunID] = []
    /// Recorded runs that were submitted before this moment leave the journal; nil keeps them.
    public var journalBefore: Timestamp?

    /// Whether there is nothing to do.
    public var isEmpty: Bool { segments.isEmpty && logs.isEmpty }

    /// A plan.
    ///
    /// - Parameters:
    ///   - inFlight: runs that have not ended: their logs stay, however old.
    public init(
        _ repository: Repository, clone: CloneID, settings: Settings, now: Timestamp, inFlight: Set<RunID>
    ) throws {
        var dropped: Set<RunID> = []
        for (kind, age) in [(RecordSegment.Kind.runs, settings.runAge), (.audit, settings.auditAge)] {
            guard let age else { continue }
            let limit = now.advanced(by: .zero - age)
            for (segment, tip) in try SegmentCatalog(kind, in: repository).months.joined()
            where segment.clone == clone && segment.month.end <= limit {
                let (count, runs) = try Self.content(of: segment, tip, repository)
                segments.append(Drop(segment: segment, tip: tip, count: count, age: age))
                dropped.formUnion(runs)
            }
        }
        // Runs first: where this ends half way, no record is there that the audit no longer tells of.
        segments.sort { ($0.segment.month, $1.segment.reference) < ($1.segment.month, $0.segment.reference) }
        journalBefore = settings.runAge.map { now.advanced(by: .zero - $0) }
        let limit = now.advanced(by: .zero - (settings.logAge ?? Settings.standardLogAge))
        let folder = repository.commonDirectory + "wfrepo/logs"
        logs = try FolderNames.all(in: folder).compactMap { RunID($0) }.filter { run in
            // What a run printed does not outlive its record.
            if dropped.contains(run) { return true }
            return try run.submitted < limit && !inFlight.contains(run)
                && FolderNames.all(in: "\(folder)/\(run)").allSatisfy {
                    Self.modified("\(folder)/\(run)/\($0)") < limit
                }
        }
    }

    private static func modified(_ path: String) -> Timestamp {
        Timestamp(milliseconds: ModificationTime(ofFileAt: path)?.milliseconds ?? .max)
    }

    private static func content(
        of segment: RecordSegment, _ tip: CommitID, _ repository: Repository
    ) throws -> (count: Int, runs: [RunID]) {
        var history = try SegmentHistory(of: tip, in: repository)
        var (count, runs): (Int, [RunID]) = (0, [])
        while let batch = try history.next() {
            runs += batch.runs.map(\.summary.run)
            count += segment.kind == .runs ? batch.runs.count : AuditIndexLine.all(in: batch.commit).count
        }
        return (count, runs)
    }
}

extension Month {
    /// The first moment after it.
    public var end: Timestamp {
        let parts = description.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 2 else { return Timestamp(milliseconds: .max) }
        let (year, month) = parts[1] == 12 ? (parts[0] + 1, 1) : (parts[0], parts[1] + 1)
        let digits = { (number: Int, width: Int) in
            String(repeating: "0", count: max(0, width - String(number).count)) + String(number)
        }
        return Timestamp("\(digits(year, 4))-\(digits(month, 2))-01T00:00:00.000Z") ?? Timestamp(milliseconds: .max)
    }
}
