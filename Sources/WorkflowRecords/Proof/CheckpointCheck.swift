internal import GitStore

/// Checks one clone's checkpoints: that everything which they name is still there, in that number, and what their
/// signatures are worth.
struct CheckpointCheck {
    let repository: Repository
    let signatures: SignatureCheck
    let tips: [RecordSegment: CommitID]
    let tombstones: [RecordSegment: Tombstone]

    /// What a clone's checkpoints came to.
    struct Outcome {
        var findings: [Finding] = []
        /// The commits of segments that a good signature covers, and whose it is.
        var signed: [RecordSegment: (tip: CommitID, signer: String)] = [:]
        /// The fingerprints of keys that signed and that nobody vouches for.
        var unknownKeys: Set<String> = []
    }

    func run(_ clone: CloneID) throws -> Outcome {
        var outcome = Outcome()
        let audit = tips.filter { $0.key.kind == .audit && $0.key.clone == clone }.sorted {
            $0.key.month > $1.key.month
        }
        var checkpoints: [(segment: RecordSegment, checkpoint: Checkpoint)] = []
        for (segment, tip) in audit {
            checkpoints += try Checkpoint.all(in: segment, at: tip, of: repository).map { (segment, $0) }
        }
        let known = Set(checkpoints.map(\.checkpoint.commit.id))
        var counted: Set<Checkpoint.Stand> = []
        for (segment, checkpoint) in checkpoints {
            let name = "checkpoint \(checkpoint.commit.id)"
            if let previous = checkpoint.previous, !known.contains(previous), !isDroppedAudit(of: clone) {
                outcome.findings.append(
                    Finding(
                        .checkpoints, name, "the checkpoint before it, \(previous), is gone: the audit was rewritten"))
            }
            let signer = try signer(of: checkpoint, name, &outcome)
            for stand in checkpoint.stands { outcome.findings += try check(stand, name, &counted) }
            guard let signer else { continue }
            // The signature is over the checkpoint's own commit, and so over the audit up to it.
            let own = Checkpoint.Stand(segment: segment, tip: checkpoint.commit.id, count: 0)
            for stand in [own] + checkpoint.stands where outcome.signed[stand.segment] == nil {
                outcome.signed[stand.segment] = (stand.tip, signer)
            }
        }
        return outcome
    }

    private func signer(of checkpoint: Checkpoint, _ name: String, _ outcome: inout Outcome) throws -> String? {
        guard checkpoint.commit.hasSignature else { return nil }
        switch try signatures.verdict(on: repository.object(checkpoint.commit.id.object).bytes) {
        case .good(let signer): return signer
        case .unsigned: return nil
        case .unknownKey(let fingerprint):
            outcome.unknownKeys.insert(fingerprint)
            return nil
        case .bad(let reason):
            outcome.findings.append(
                Finding(
                    .checkpoints, name, "its signature is false: \(reason)",
                    hint: "git verify-commit \(checkpoint.commit.id)"))
            return nil
        }
    }

    private func check(
        _ stand: Checkpoint.Stand, _ name: String, _ counted: inout Set<Checkpoint.Stand>
    ) throws -> [Finding] {
        guard let now = tips[stand.segment] else {
            guard tombstones[stand.segment] == nil, !isDroppedAudit(of: stand.segment.clone) else { return [] }
            return [
                Finding(.checkpoints, stand.segment.reference, "it was removed; \(name) names its commit \(stand.tip)")
            ]
        }
        guard try SeenTips.leads(now, to: stand.tip, in: repository) else {
            // It was dropped there, and has begun again since.
            if try tombstones[stand.segment]?.covers(stand.tip, in: repository) ?? false { return [] }
            return [
                Finding(
                    .checkpoints, stand.segment.reference,
                    "it was rewritten: it no longer leads to \(stand.tip), which \(name) names")
            ]
        }
        guard counted.insert(stand).inserted else { return [] }
        let count = try count(stand)
        guard count != stand.count else { return [] }
        return [
            Finding(
                .checkpoints, stand.segment.reference, "\(name) counts \(stand.count) in it, and there are \(count)")
        ]
    }

    private func count(_ stand: Checkpoint.Stand) throws -> Int {
        guard stand.segment.kind == .runs else { return try AuditHead(stand.tip, in: repository).count }
        var history = try SegmentHistory(of: stand.tip, in: repository)
        var count = 0
        while let batch = try history.next() { count += batch.runs.count }
        return count
    }

    private func isDroppedAudit(of clone: CloneID) -> Bool {
        tombstones.keys.contains { $0.kind == .audit && $0.clone == clone }
    }
}
