public import GitStore
internal import WorkflowHistory

/// Checks everything that a repository says of what happened: objects, references, records, audit, checkpoints, tips that
/// were kept elsewhere, and the files beside git.
///
/// It only reads, but for the index, which it brings up to date as any look at it does. What can't be read is a finding, not an
/// error.
public struct RepositoryVerification {
    private let repository: Repository
    private let git: GitProgram
    private let signatures: SignatureCheck
    private let seen: SeenTips?

    /// A verification.
    ///
    /// - Parameters:
    ///   - git: checks the objects.
    ///   - signatures: tells whose signatures are trusted.
    ///   - seen: the tips that were kept outside of the repository; nil where none are.
    public init(_ repository: Repository, git: GitProgram, signatures: SignatureCheck, seen: SeenTips?) {
        self.repository = repository
        self.git = git
        self.signatures = signatures
        self.seen = seen
    }

    /// Looks at everything.
    ///
    /// - Parameter progress: called with what is looked at next.
    public func report(progress: (String) -> Void = { _ in }) -> ProofReport {
        progress("objects")
        var report = ProofReport(segments: [], findings: [])
        let objects = ObjectCheck(repository, git: git)
        report.add(.objects, "git fsck") { try objects.findings() }
        report.add(.references, "HEAD", hint: "write the branch into it that was worked on: ref: refs/heads/main") {
            try objects.headFindings()
        }
        let packed = PackedReferencesCheck(repository)
        report.add(.references, "packed-refs") { try packed.findings() }
        let standIns = StandInsCheck(repository: repository)
        report.add(.references, "refs/replace") { try standIns.findings() }
        let tips: [RecordSegment: CommitID]
        let unfinished: [DeclaredMoves.Move]
        do {
            unfinished = try DeclaredMoves.unfinished(in: repository)
            if !unfinished.isEmpty { report.findings.append(Self.interrupted(unfinished.count)) }
            tips = try segmentTips(after: unfinished)
        } catch {
            // Nothing else can be looked at.
            report.findings.append(
                Finding(
                    .references, "references", "they can't be read: \(error)",
                    hint: "see what git says: git for-each-ref; bring them back from a clone: git fetch"))
            return report
        }
        var tombstones: [RecordSegment: Tombstone] = [:]
        // Where the audit can't be read, the check of its segments says so.
        do { tombstones = try Tombstone.all(at: tips, of: repository) } catch {}
        addSegments(tips, tombstones, to: &report, progress)
        // What the queue holds is part of the audit.
        if repository.showsOwnFolder {
            progress("records against the audit")
            let audited = AuditedRecordCheck(repository: repository, tips: tips, tombstones: tombstones)
            report.add(.records, "records against the audit") { try audited.findings() }
        }
        progress("checkpoints and tips kept elsewhere")
        addKeptTips(tips, tombstones, to: &report)
        addCheckpoints(tips, tombstones, to: &report)
        // What is not in its place proves nothing yet.
        for index in report.segments.indices
        where unfinished.contains(where: { $0.reference == report.segments[index].segment.reference }) {
            report.segments[index].evidence = []
        }
        progress("files beside git")
        guard repository.showsOwnFolder else {
            report.findings.append(
                Finding(
                    .note, .files, repository.commonDirectory + "wfrepo",
                    "it is for its owner alone, so journal, logs and queue are not looked at, nor the records beside the audit"
                ))
            return report
        }
        report.findings += StateFileCheck(repository).findings()
        report.findings += IndexCheck(repository).findings()
        return report
    }

    private func addSegments(
        _ tips: [RecordSegment: CommitID], _ tombstones: [RecordSegment: Tombstone], to report: inout ProofReport,
        _ progress: (String) -> Void
    ) {
        let check = SegmentCheck(
            repository: repository, pinned: PinnedRunCheck(repository), tips: tips, tombstones: tombstones)
        let names = SegmentNamesCheck(repository: repository)
        report.add(.references, "references") { try names.findings() }
        for (segment, tip) in tips.sorted(by: { $0.key.reference < $1.key.reference }) {
            progress(segment.reference)
            let (findings, count) = check.run(segment, at: tip)
            report.findings += findings
            report.segments.append(ProofReport.Standing(segment: segment, tip: tip, count: count, evidence: []))
        }
    }

    private func addKeptTips(
        _ tips: [RecordSegment: CommitID], _ tombstones: [RecordSegment: Tombstone], to report: inout ProofReport
    ) {
        let kept = KeptTipsCheck(repository: repository, tips: tips, tombstones: tombstones)
        if repository.showsOwnFolder {
            report.add(.references, WrittenTips.path(in: repository)) { try kept.findingsOfWritten() }
        }
        guard let seen else { return }
        report.add(.lastSeen, seen.path) { try kept.findings(seen) }
        var evidence: [RecordSegment: ProofReport.Evidence] = [:]
        report.add(.lastSeen, seen.path) {
            evidence = try kept.evidence(seen)
            return []
        }
        for index in report.segments.indices {
            report.segments[index].evidence += evidence[report.segments[index].segment].map { [$0] } ?? []
        }
    }

    private func addCheckpoints(
        _ tips: [RecordSegment: CommitID], _ tombstones: [RecordSegment: Tombstone], to report: inout ProofReport
    ) {
        let checkpoints = CheckpointCheck(
            repository: repository, signatures: signatures, tips: tips, tombstones: tombstones)
        for clone in Set(tips.keys.map(\.clone)).sorted(by: { $0.description < $1.description }) {
            var outcome = CheckpointCheck.Outcome()
            report.add(.checkpoints, "checkpoints of clone \(clone)") {
                outcome = try checkpoints.run(clone)
                return outcome.findings + outcome.unknownKeys.sorted().map(Self.unknownKey)
            }
            addEvidence(outcome, to: &report)
        }
    }

    /// What a synchronisation has checked counts: an audit may be in its place that tells of runs which are not yet in theirs.
    private static func interrupted(_ count: Int) -> Finding {
        Finding(
            .note, .references, "wfrepo sync",
            "it is under way or was interrupted: \(count) segment\(count == 1 ? "" : "s") that it had checked "
                + "\(count == 1 ? "is" : "are") not in place yet, and counted here as if",
            hint: "let it end: wfrepo sync")
    }

    private func segmentTips(after moves: [DeclaredMoves.Move]) throws -> [RecordSegment: CommitID] {
        var tips: [RecordSegment: CommitID] = [:]
        for kind in RecordSegment.Kind.allCases {
            for (segment, tip) in try SegmentCatalog(kind, in: repository).months.joined() { tips[segment] = tip }
        }
        for move in moves {
            if let segment = RecordSegment(reference: move.reference) { tips[segment] = CommitID(move.new) }
        }
        return tips
    }

    private func addEvidence(_ outcome: CheckpointCheck.Outcome, to report: inout ProofReport) {
        for index in report.segments.indices {
            let standing = report.segments[index]
            if let signed = outcome.signed[standing.segment] {
                report.segments[index].evidence.append(
                    ProofReport.Evidence(kind: .signature(signer: signed.signer), tip: signed.tip))
            }
        }
    }

    private static func unknownKey(_ fingerprint: String) -> Finding {
        Finding(
            .note, .checkpoints, "key \(fingerprint)", "it signed checkpoints, and nobody says whose it is",
            hint: "name its owner in the file of gpg.ssh.allowedSignersFile (ssh-keygen(1), ALLOWED SIGNERS)")
    }
}

extension ProofReport {
    /// Adds what a check finds; where it can't be made, that is a finding, too.
    fileprivate mutating func add(
        _ check: Finding.Check, _ subject: String, hint: String? = nil, _ body: () throws -> [Finding]
    ) {
        do {
            findings += try body()
        } catch {
            findings.append(Finding(check, subject, "can't be checked: \(error)", hint: hint))
        }
    }
}
