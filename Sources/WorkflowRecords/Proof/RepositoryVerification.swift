public import GitStore
internal import WorkflowHistory

/// Checks everything that a repository says of what happened: objects, references, records, audit, checkpoints, tips that
/// were kept elsewhere, and the files beside git.
///
/// It only reads. What can't be read is a finding, not an error.
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
    public func report(progress: (String) -> Void = { _ in }) throws -> ProofReport {
        progress("objects")
        var report = ProofReport(segments: [], findings: try ObjectCheck(repository, git: git).findings())
        let tips: [RecordSegment: CommitID]
        do {
            tips = try segmentTips()
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
        do { tombstones = try Tombstone.all(in: repository) } catch {}
        let check = SegmentCheck(
            repository: repository, pinned: PinnedRunCheck(repository), tips: tips, tombstones: tombstones)
        for (segment, tip) in tips.sorted(by: { $0.key.reference < $1.key.reference }) {
            progress(segment.reference)
            let (findings, count) = check.run(segment, at: tip)
            report.findings += findings
            report.segments.append(ProofReport.Standing(segment: segment, tip: tip, count: count, evidence: []))
        }
        progress("records against the audit")
        let audited = AuditedRecordCheck(repository: repository, tips: tips, tombstones: tombstones)
        do {
            report.findings += try audited.findings()
        } catch {
            report.findings.append(Finding(.records, "records", "they can't be compared with the audit: \(error)"))
        }
        progress("checkpoints and tips kept elsewhere")
        let kept = KeptTipsCheck(repository: repository, tips: tips, tombstones: tombstones)
        report.findings += try kept.findingsOfWritten()
        if let seen {
            report.findings += try kept.findings(seen)
            let evidence = try kept.evidence(seen)
            for index in report.segments.indices {
                report.segments[index].evidence += evidence[report.segments[index].segment].map { [$0] } ?? []
            }
        }
        let checkpoints = CheckpointCheck(
            repository: repository, signatures: signatures, tips: tips, tombstones: tombstones)
        for clone in Set(tips.keys.map(\.clone)).sorted(by: { $0.description < $1.description }) {
            do {
                let outcome = try checkpoints.run(clone)
                report.findings += outcome.findings + outcome.unknownKeys.sorted().map(Self.unknownKey)
                addEvidence(outcome, to: &report)
            } catch {
                report.findings.append(
                    Finding(.checkpoints, "clone \(clone)", "its checkpoints can't be read: \(error)"))
            }
        }
        progress("files beside git")
        report.findings += StateFileCheck(repository).findings()
        return report
    }

    private func segmentTips() throws -> [RecordSegment: CommitID] {
        var tips: [RecordSegment: CommitID] = [:]
        for kind in RecordSegment.Kind.allCases {
            for (segment, tip) in try SegmentCatalog(kind, in: repository).months.joined() { tips[segment] = tip }
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
