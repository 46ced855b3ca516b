public import DocumentTree
internal import GitStore
internal import WorkflowEngine

extension AuditLog {
    /// How many records one event names at most.
    private static let recordsPerEvent = 200

    /// Drops segments of this clone: first the tombstones in the audit, then the references. A crash in between is made
    /// good by dropping again.
    ///
    /// What stays of each run in the audit is its `run.finished` line, with its id, version, status and the hash of its
    /// record; a run that has none is named beside the tombstone.
    ///
    /// - Parameter event: makes the event of a tombstone from its details.
    /// - Returns: what somebody else had done to the audit's reference; to be told in the audit, too.
    @discardableResult
    public func drop(
        _ drops: [RetentionPlan.Drop], telling event: (ValueMapping) -> AuditEvent
    ) throws -> ForeignWrite? {
        let known = try Tombstone.all(in: repository)
        let entries = try drops.filter { !(known[$0.segment]?.tips.contains($0.tip) ?? false) }.flatMap { drop in
            try details(of: drop).map { Entry(event($0)) }
        }
        let foreign = try append(entries)
        try SegmentRemoval(repository, patience: patience).remove(drops.map { ($0.segment, $0.tip) })
        return foreign
    }

    private func details(of drop: RetentionPlan.Drop) throws -> [ValueMapping] {
        var tombstone: ValueMapping = [
            "reference": .string(drop.segment.reference), "tip": .string(drop.tip.description),
            "count": .integer(drop.count), "kept_days": .integer(Int(drop.age.components.seconds / 86_400)),
        ]
        guard drop.segment.kind == .runs else {
            tombstone["chain"] = .string(try AuditHead(drop.tip, in: repository).hash)
            return [tombstone]
        }
        let untold = try untoldRecords(in: drop)
        return [tombstone]
            + stride(from: 0, to: untold.count, by: Self.recordsPerEvent).map { start in
                var part = tombstone
                part["records"] = .sequence(
                    untold[start..<min(start + Self.recordsPerEvent, untold.count)].map { .string($0) })
                return part
            }
    }

    /// The runs of a segment that the audit does not tell of yet, `<run> <workflow> <version> <status> <SHA-256>` each.
    private func untoldRecords(in drop: RetentionPlan.Drop) throws -> [String] {
        let told = try AuditReader(repository).latest(.max) {
            $0.kind == .runFinished && $0.details["record_sha256"] != nil
        }.compactMap(\.run)
        let known = Set(told)
        let notes = NotesTree(repository, root: try repository.links(of: drop.tip).tree)
        var history = try SegmentHistory(of: drop.tip, in: repository)
        var untold: [String] = []
        while let batch = try history.next() {
            for (summary, commit) in batch.runs where !known.contains(summary.run) {
                let note = try notes.note(for: commit.object).map { id in try repository.blob(id) } ?? []
                untold.append(
                    "\(summary.run) \(summary.workflow) \(summary.version) \(summary.status.rawValue) \(sha256(note))")
            }
        }
        return untold.sorted()
    }
}

/// Takes references of this clone's segments away, under the recorder's lock.
struct SegmentRemoval: ~Copyable {
    private let repository: Repository
    private let lock: RecorderLock

    init(_ repository: Repository, patience: Duration) throws {
        try repository.makeOwnFolder()
        let lock = try RecorderLock(of: repository, patience: patience)
        // What a removal that was killed has left.
        try lock.removeReferenceLock(in: repository)
        try repository.removeStalePackedReferencesLock()
        self.repository = repository
        self.lock = lock
    }

    func remove(_ segments: [(segment: RecordSegment, tip: CommitID)]) throws {
        var tips = try WrittenTips(of: repository)
        for (segment, tip) in segments {
            // The recorder would put back what it had written and does not find.
            try tips.keep(nil, of: segment.reference)
            try tips.makeWay(for: segment.reference)
            guard try repository.resolve(segment.reference) != nil else { continue }
            // Whoever takes the lock next can remove git's lock of it where this process is killed meanwhile.
            let intent = RecorderLock.Intent(reference: segment.reference, tip: tip.description)
            try UnsyncedFile.wait(for: [lock.declare(intent)])
            try repository.removeReference(segment.reference, expecting: tip.object)
            try lock.clear()
        }
    }
}
