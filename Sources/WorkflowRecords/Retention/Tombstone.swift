internal import DocumentTree
public import GitStore
public import WorkflowEngine

/// Says, in the audit of the clone that wrote it, that a segment was dropped on purpose: which one, where it was at, and
/// what was in it.
public struct Tombstone: Hashable, Sendable {
    /// The segment.
    public let segment: RecordSegment
    /// Its tip when it was dropped.
    public let tip: CommitID
    /// Its tips when it was dropped before: a clock that was set back begins a month again.
    public private(set) var earlier: [CommitID] = []
    /// The hash of its last audit line, where the audit goes on from it.
    public let chain: String?
    /// When it was dropped.
    public let time: Timestamp

    /// The tombstone that an event is; nil for any other event.
    init?(_ event: AuditEvent) {
        guard event.kind == .retentionApplied, let reference = event.details["reference"]?.string,
            let segment = RecordSegment(reference: reference),
            let tip = event.details["tip"]?.string.flatMap({ CommitID($0) })
        else { return nil }
        self.segment = segment
        self.tip = tip
        chain = event.details["chain"]?.string
        time = event.time
    }

    /// Its tips when it was dropped, the last one first.
    var tips: [CommitID] { [tip] + earlier }

    /// Whether what stood at a commit of the segment was dropped. Where neither it nor what was dropped is here any more, that is
    /// taken for granted.
    func covers(_ commit: CommitID, in repository: Repository) throws -> Bool {
        if tips.contains(commit) { return true }
        guard repository.exists(commit.object) else { return tips.contains { !repository.exists($0.object) } }
        return try tips.contains {
            try repository.exists($0.object) && SeenTips.leads($0, to: commit, in: repository)
        }
    }

    /// All tombstones of a repository, each in the audit of the clone whose segment it is: nobody else's count.
    public static func all(in repository: Repository) throws -> [RecordSegment: Tombstone] {
        let audit = try SegmentCatalog(.audit, in: repository).months.joined().map { ($0.segment, $0.tip) }
        return try all(at: Dictionary(uniqueKeysWithValues: audit), of: repository)
    }

    /// The tombstones of segments that are, or will be, at these commits.
    static func all(at tips: [RecordSegment: CommitID], of repository: Repository) throws -> [RecordSegment: Tombstone]
    {
        var found: [RecordSegment: Tombstone] = [:]
        for (segment, tip) in tips.sorted(by: { $0.key.month > $1.key.month }) where segment.kind == .audit {
            for tombstone in try all(in: segment, at: tip, of: repository) {
                var last = found[tombstone.segment] ?? tombstone
                if !last.tips.contains(tombstone.tip) { last.earlier.append(tombstone.tip) }
                found[tombstone.segment] = last
            }
        }
        return found
    }

    /// The tombstones in one segment of audit, the latest first.
    static func all(
        in segment: RecordSegment, at tip: CommitID, of repository: Repository
    ) throws -> [Tombstone] {
        let kind = " \(AuditEventKind.retentionApplied.rawValue) "
        var history = try SegmentHistory(of: tip, in: repository)
        let notes = NotesTree(repository, root: try repository.links(of: tip).tree)
        var wanted: [CommitID: Set<AuditEventID>] = [:]
        while let batch = try history.next() {
            guard batch.commit.message.contains(kind) else { continue }
            for line in AuditIndexLine.all(in: batch.commit) { wanted[line.commit, default: []].insert(line.id) }
        }
        var found: [Tombstone] = []
        for (commit, ids) in wanted {
            guard let blob = try notes.note(for: commit.object) else { continue }
            for text in String(decoding: try repository.blob(blob), as: UTF8.self).split(separator: "\n") {
                guard let line = AuditLine(text: text), let event = try? AuditEvent(line), ids.contains(event.id),
                    let tombstone = Tombstone(event), tombstone.segment.clone == segment.clone
                else { continue }
                found.append(tombstone)
            }
        }
        return found.sorted { $1.time < $0.time }
    }
}
