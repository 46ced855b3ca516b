internal import GitStore

/// Accepts segments of a remote: fast-forward only, and only what `verify` finds nothing wrong with.
struct SegmentExchange {
    let repository: Repository
    let clone: CloneID
    let remote: String
    let moves: DeclaredMoves

    /// Takes in what is new, the audit first: it says what was dropped on purpose.
    func accept(_ incoming: [RecordSegment: CommitID], into report: inout SyncReport) throws {
        for kind in [RecordSegment.Kind.audit, .runs] {
            let local = try tips()
            let tombstones = try Tombstone.all(in: repository)
            let check = SegmentCheck(
                repository: repository, pinned: PinnedRunCheck(repository),
                tips: local.merging(incoming) { _, new in new }, tombstones: tombstones)
            for (segment, tip) in incoming.sorted(by: { $0.key.reference < $1.key.reference })
            where segment.kind == kind {
                try accept(segment, tip, local: local[segment], check, &report)
            }
        }
    }

    /// Tells what is here and not at the remote, and is not this clone's to send.
    func noteMissing(_ incoming: IncomingReferences, in report: inout SyncReport) throws {
        report.notes += try tips().keys.filter { incoming.segments[$0] == nil && $0.clone != clone }.map(\.reference)
            .sorted().map { "\(remote) does not have \($0), which is here; it is kept" }
    }

    /// The segments that were dropped and are not here: their content is not wanted back.
    func dropped() throws -> Set<RecordSegment> {
        let local = try tips()
        return Set(try Tombstone.all(in: repository).keys.filter { local[$0] == nil })
    }

    private func accept(
        _ segment: RecordSegment, _ tip: CommitID, local: CommitID?, _ check: SegmentCheck,
        _ report: inout SyncReport
    ) throws {
        if let local {
            // The remote may be behind: then it has nothing for us.
            if try SeenTips.leads(local, to: tip, in: repository) { return }
            guard try SeenTips.leads(tip, to: local, in: repository) else {
                report.refused.append(rewritten(segment, tip, local))
                return
            }
        } else if let tombstone = check.tombstones[segment], tombstone.segment == segment {
            return
        }
        let (all, count) = check.run(segment, at: tip, since: local)
        let findings = all.filter { $0.severity == .fault }
        guard findings.isEmpty else {
            report.refused += findings.map {
                SyncReport.Refusal(
                    reference: segment.reference, reason: "\($0.subject): \($0.message)",
                    hint: "it was not accepted; ask whoever runs clone \(segment.clone) to look: wfrepo verify")
            }
            return
        }
        try moves.update(
            segment.reference, to: tip.object, expecting: local.map { .exactly($0.object) } ?? .absent,
            message: "wfrepo sync: from \(remote)")
        report.received.append(
            SyncReport.Received(reference: segment.reference, old: local, new: tip, count: count))
    }

    private func rewritten(_ segment: RecordSegment, _ tip: CommitID, _ local: CommitID) -> SyncReport.Refusal {
        let isOurs = segment.clone == clone
        return SyncReport.Refusal(
            reference: segment.reference,
            reason: "\(remote) has it rewritten: its commit \(tip) does not lead to \(local), which "
                + (isOurs ? "this clone wrote" : "was accepted before"),
            hint: isOurs
                ? "what is here is right; the one who keeps \(remote) can remove what is there, then sync again: "
                    + "git push \(remote) :\(segment.reference)"
                : "what is here was kept; ask whoever runs clone \(segment.clone) which is right. To take theirs: "
                    + "git update-ref -d \(segment.reference), then sync again")
    }

    /// Drops what its owner has dropped.
    func applyTombstones(into report: inout SyncReport) throws {
        let local = try tips()
        for (segment, tombstone) in try Tombstone.all(in: repository).sorted(by: {
            $0.key.reference < $1.key.reference
        }) {
            guard segment.clone != clone, let tip = local[segment],
                try tip == tombstone.tip || SeenTips.leads(tombstone.tip, to: tip, in: repository)
            else { continue }
            try repository.removeReference(segment.reference, expecting: tip.object)
            report.dropped.append(segment.reference)
        }
    }

    /// What the remote lacks of this clone's own, and what it still has of it: refspecs to push. What was rewritten there would
    /// only be refused.
    func outgoing(_ incoming: IncomingReferences, besides refused: [SyncReport.Refusal]) throws -> [String] {
        let own = try tips().filter { segment, tip in
            segment.clone == clone && incoming.segments[segment] != tip
                && !refused.contains { $0.reference == segment.reference }
        }
        return own.map { "\($0.key.reference):\($0.key.reference)" }.sorted()
            + incoming.leftOvers.filter { $0.clone == clone }.map { ":\($0.reference)" }.sorted()
    }

    private func tips() throws(GitError) -> [RecordSegment: CommitID] {
        var tips: [RecordSegment: CommitID] = [:]
        for kind in RecordSegment.Kind.allCases {
            for (segment, tip) in try SegmentCatalog(kind, in: repository).months.joined() { tips[segment] = tip }
        }
        return tips
    }
}
