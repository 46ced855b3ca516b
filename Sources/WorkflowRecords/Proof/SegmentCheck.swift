internal import DocumentTree
internal import GitStore

/// Checks one segment, of whichever kind: what is in it, and its link to the segment before it.
struct SegmentCheck {
    let repository: Repository
    /// Checks what ran, too; nil leaves that out.
    let pinned: PinnedRunCheck?
    /// Where segments are, by their references: those of the repository, or what is about to be accepted.
    let tips: [RecordSegment: CommitID]
    /// Which segments are gone by right.
    let tombstones: [RecordSegment: Tombstone]

    /// What is wrong with a segment, and how many runs or lines were looked at.
    ///
    /// - Parameter known: a commit of it that has been checked already; only what came after it is.
    func run(_ segment: RecordSegment, at tip: CommitID, since known: CommitID? = nil) -> (
        findings: [Finding], count: Int
    ) {
        var findings: [Finding] = []
        var count = 0
        do {
            var start: String? = AuditLine.start
            let first = try beginning(of: tip, since: known)
            findings += first.flatMap { self.finding(of: $0, as: segment) }.map { [$0] } ?? []
            if let link = first.flatMap({ SegmentLink(in: $0) }) {
                findings += try check(link, of: segment)
                start = try chain(at: link)
            }
            switch segment.kind {
            case .runs:
                var check = RunSegmentCheck(segment, at: tip, since: known, in: repository, pinned: pinned)
                defer { (findings, count) = (findings + check.findings, check.count) }
                try check.run()
            case .audit:
                var check = try AuditSegmentCheck(segment, at: tip, since: known, in: repository)
                defer { (findings, count) = (findings + check.findings, check.count) }
                try check.run(from: start)
            }
            if known == nil, count == 0, findings.isEmpty, try !hasCommitOfOurs(tip) {
                findings.append(
                    Finding(
                        .references, segment.reference, "it holds nothing that was recorded",
                        hint:
                            "see what it is: git log \(segment.reference); remove it: git update-ref -d \(segment.reference)"
                    ))
            }
        } catch {
            findings.append(
                Finding(
                    segment.kind == .runs ? .records : .audit, segment.reference, "it can't be read: \(error)",
                    hint: "see what is missing: git fsck --full; fetch it from a clone that has it: wfrepo sync"))
        }
        return (findings, count)
    }

    /// What is wrong where the first commit says that it begins another segment: somebody copied that one, or its reference's name
    /// was changed.
    private func finding(of first: Commit, as segment: RecordSegment) -> Finding? {
        guard let named = first.trailer(SegmentLink.ownTrailer), named != segment.reference else { return nil }
        return Finding(
            .references, segment.reference, "it holds what was written as \(PrintableText.escape(named))",
            hint: "see what it is: git log \(segment.reference); remove a copy: git update-ref -d \(segment.reference)")
    }

    /// Whether any commit says that it begins a segment, or is a checkpoint: else another branch has a segment's name.
    private func hasCommitOfOurs(_ tip: CommitID) throws -> Bool {
        var history = try SegmentHistory(of: tip, in: repository)
        while let batch = try history.next() {
            if [SegmentLink.ownTrailer, Checkpoint.trailer].contains(where: { batch.commit.trailer($0) != nil }) {
                return true
            }
        }
        return false
    }

    /// The first commit of a segment; nil where it was checked before.
    private func beginning(of tip: CommitID, since known: CommitID?) throws -> Commit? {
        var history = try SegmentHistory(of: tip, since: known, in: repository)
        while let batch = try history.next() {
            if batch.previous.isEmpty { return batch.commit }
        }
        return nil
    }

    private func check(_ link: SegmentLink, of segment: RecordSegment) throws -> [Finding] {
        func finding(_ message: String) -> Finding {
            Finding(
                .links, link.segment.reference, message,
                hint: "bring it back from a clone that has it: wfrepo sync; what was dropped on purpose is in the audit"
            )
        }
        guard link.segment.clone == segment.clone, link.segment.kind == segment.kind,
            link.segment.month < segment.month
        else { return [finding("\(segment.reference) names it as the segment before, which it can't be")] }
        guard let now = tips[link.segment] else {
            guard try !isDropped(link) else { return [] }
            return [finding("it was removed: \(segment.reference) goes on from its commit \(link.tip)")]
        }
        // A month that was dropped can begin again, where a clock is set back.
        guard
            try SeenTips.leads(now, to: link.tip, in: repository)
                || tombstones[link.segment]?.covers(link.tip, in: repository) ?? false
        else {
            return [finding("it was rewritten: \(segment.reference) goes on from its commit \(link.tip)")]
        }
        return []
    }

    /// Whether a segment that is missing was dropped on purpose. Where the audit itself begins later, because it was
    /// dropped up to there, nobody can say any more.
    private func isDropped(_ link: SegmentLink) throws -> Bool {
        if let tombstone = tombstones[link.segment] {
            return try !repository.exists(link.tip.object) || tombstone.covers(link.tip, in: repository)
        }
        return tombstones.keys.contains {
            $0.kind == .audit && $0.clone == link.segment.clone && $0.month >= link.segment.month
        }
    }

    /// The hash that the chain goes on from; nil where nothing tells it any more.
    private func chain(at link: SegmentLink) throws -> String? {
        guard link.segment.kind == .audit else { return nil }
        if repository.exists(link.tip.object) { return try AuditHead(link.tip, in: repository).hash }
        return tombstones[link.segment]?.chain
    }
}
