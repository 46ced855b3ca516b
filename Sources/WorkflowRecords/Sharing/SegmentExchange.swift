internal import GitStore

/// Accepts segments of a remote: fast-forward only, and only what `verify` finds nothing wrong with.
struct SegmentExchange {
    let repository: Repository
    let clone: CloneID
    let remote: String
    let moves: DeclaredMoves
    /// Where this user saw the segments last, where that is known.
    let seen: SeenTips?

    /// Takes in what is new. The audit is looked at first: it says what was dropped on purpose. Then all of it is moved together.
    func accept(_ incoming: [RecordSegment: CommitID], into report: inout SyncReport) throws {
        let local = try tips()
        var accepted: [SyncReport.Received] = []
        for kind in [RecordSegment.Kind.audit, .runs] {
            let next = local.merging(accepted.compactMap(\.segmentTip)) { _, new in new }
            let check = SegmentCheck(
                repository: repository, pinned: PinnedRunCheck(repository),
                tips: local.merging(incoming) { _, new in new }, tombstones: try Tombstone.all(at: next, of: repository)
            )
            for (segment, tip) in incoming.sorted(by: { $0.key.reference < $1.key.reference })
            where segment.kind == kind {
                accepted += [try acceptable(segment, tip, local: local[segment], check, &report)].compactMap { $0 }
            }
        }
        try moves.perform(
            accepted.map { DeclaredMoves.Move(reference: $0.reference, old: $0.old?.object, new: $0.new.object) },
            message: "wfrepo sync: from \(remote)")
        report.received += accepted
    }

    /// Tells what is here and not at the remote, and is not this clone's to send.
    func noteMissing(_ incoming: IncomingReferences, in report: inout SyncReport) throws {
        report.notes += try tips().keys.filter { incoming.segments[$0] == nil && $0.clone != clone }.map(\.reference)
            .sorted().map { "\(remote) does not have \($0), which is here; it is kept" }
        report.notes += incoming.unlikeDropped.filter { $0.clone != clone }.map(\.reference).sorted().map {
            "\(remote) has \($0), which its owner dropped, at another commit: an older one, or it was begun again after a clock was "
                + "set back. It is not fetched. Where its owner says that it is new: git fetch \(remote) \($0):\($0)"
        }
    }

    /// The segments that were dropped and are not here, and where they were: their content is not wanted back.
    func dropped() throws -> [RecordSegment: CommitID] {
        let local = try tips()
        return try Tombstone.all(in: repository).filter { local[$0.key] == nil }.mapValues(\.tip)
    }

    /// What there is to take in of a segment; nil where that is nothing, or nothing good.
    private func acceptable(
        _ segment: RecordSegment, _ tip: CommitID, local: CommitID?, _ check: SegmentCheck,
        _ report: inout SyncReport
    ) throws -> SyncReport.Received? {
        if let local {
            // The remote may be behind: then it has nothing for us.
            if try SeenTips.leads(local, to: tip, in: repository) { return nil }
            guard try SeenTips.leads(tip, to: local, in: repository) else {
                report.refused.append(rewritten(segment, tip, local))
                return nil
            }
        } else if let tombstone = check.tombstones[segment], tombstone.segment == segment {
            return nil
        }
        let (all, count) = check.run(segment, at: tip, since: local)
        let findings = all.filter { $0.severity == .fault }
        guard findings.isEmpty else {
            report.refused += findings.map {
                SyncReport.Refusal(
                    reference: segment.reference, reason: "\($0.subject): \($0.message)",
                    hint: "it was not accepted; ask whoever runs clone \(segment.clone) to look: wfrepo verify")
            }
            return nil
        }
        guard try segment.clone != clone || isOwnWriting(segment, tip, besides: local, new: count) else {
            report.refused.append(forged(segment, count))
            return nil
        }
        return SyncReport.Received(reference: segment.reference, old: local, new: tip, count: count)
    }

    /// Whether what a remote has of an own segment is what this clone wrote: it was lost here, or went back with a backup. Others
    /// may remark on runs (`git notes append`), and write nothing else in this clone's name.
    private func isOwnWriting(
        _ segment: RecordSegment, _ tip: CommitID, besides local: CommitID?, new count: Int
    ) throws -> Bool {
        let written = try WrittenTips(of: repository)[segment.reference]
        for known in [written, seen?.all[segment.reference]?.tip] {
            if let known, try SeenTips.leads(known, to: tip, in: repository) { return true }
        }
        return segment.kind == .runs && local != nil && count == 0
    }

    private func forged(_ segment: RecordSegment, _ count: Int) -> SyncReport.Refusal {
        SyncReport.Refusal(
            reference: segment.reference,
            reason:
                "\(remote) has \(count) \(segment.kind == .runs ? "run" : "event")\(count == 1 ? "" : "s") in it that this "
                + "clone, whose it is, did not write",
            hint:
                "it was not accepted; the one who keeps \(remote) can see who pushed it, and remove it, then sync again: "
                + "git push \(remote) :\(segment.reference)")
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
            guard segment.clone != clone, let tip = local[segment], try tombstone.covers(tip, in: repository)
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

extension SyncReport.Received {
    /// The segment that moved, and where it is.
    fileprivate var segmentTip: (RecordSegment, CommitID)? { RecordSegment(reference: reference).map { ($0, new) } }
}
