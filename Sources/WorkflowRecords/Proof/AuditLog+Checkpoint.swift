public import GitStore
internal import WorkflowEngine

extension AuditLog {
    /// What came of a checkpoint.
    public enum CheckpointOutcome: Sendable {
        /// Nothing was recorded since the last one.
        case upToDate
        /// One was made; with a key it is signed. What somebody else had done to the reference is to be told in the audit.
        case made(commit: CommitID, isSigned: Bool, foreign: ForeignWrite?)
    }

    /// Writes down where all of this clone's segments stand, signed where there is a key.
    ///
    /// - Throws: what signing throws; then no checkpoint was made.
    public func checkpoint(signingWith key: SigningKey?) throws -> CheckpointOutcome {
        let latest = try Checkpoint.latest(of: clone, in: repository)
        let stands = try self.stands(since: latest)
        let isSigned = try latest.map { try repository.commit($0.commit.id).hasSignature } ?? false
        if let latest, isSigned || key == nil, isCovered(stands, by: latest) { return .upToDate }
        guard !stands.isEmpty else { return .upToDate }
        var change = SegmentWriter.Change(
            subject: "checkpoint of \(stands.count) segment\(stands.count == 1 ? "" : "s")")
        change.trailers = stands.map { "\(Checkpoint.trailer): \($0.text)" }
        if let latest { change.trailers.append("\(Checkpoint.previousTrailer): \(latest.commit.id)") }
        change.signingKey = key
        let segment = try segment()
        let foreign = try append(to: segment) { base, _ in
            let head = try AuditHead(base.last ?? previousTip(before: segment.month), in: repository)
            change.trailers += head.trailers
            return change
        }
        guard let tip = try repository.resolve(segment.reference) else { return .upToDate }
        return .made(commit: CommitID(tip), isSigned: key != nil, foreign: foreign)
    }

    /// Whether nothing was recorded since a checkpoint but the checkpoint itself.
    private func isCovered(_ stands: [Checkpoint.Stand], by checkpoint: Checkpoint) -> Bool {
        stands.allSatisfy { stand in
            stand.tip == checkpoint.commit.id || checkpoint.stands.contains { $0.tip == stand.tip }
        }
    }

    /// Where this clone's segments are. Runs are counted on from the checkpoint before.
    private func stands(since latest: Checkpoint?) throws -> [Checkpoint.Stand] {
        try RecordSegment.Kind.allCases.flatMap { kind in
            try SegmentCatalog(kind, in: repository).months.joined().filter { $0.segment.clone == clone }
                .map { segment, tip in
                    let known = latest?.stands.first { $0.segment == segment }
                    return Checkpoint.Stand(
                        segment: segment, tip: tip, count: try count(segment, at: tip, since: known))
                }
        }.sorted { $0.segment.reference < $1.segment.reference }
    }

    private func count(_ segment: RecordSegment, at tip: CommitID, since known: Checkpoint.Stand?) throws -> Int {
        guard segment.kind == .runs else { return try AuditHead(tip, in: repository).count }
        var history = try SegmentHistory(of: tip, since: known?.tip, in: repository)
        var count = known?.count ?? 0
        while let batch = try history.next() { count += batch.runs.count }
        return count
    }
}
