internal import Crypto
internal import DocumentTree
internal import GitStore
internal import Glibc
internal import WorkflowEngine
internal import WorkflowHistory

/// Checks the files beside git: the journal, whose finished runs must be what their records say, the logs, whose size and hash
/// the records have, the audit events that wait, and the clone's own id.
struct StateFileCheck {
    private let repository: Repository
    private let folder: String

    init(_ repository: Repository) {
        self.repository = repository
        folder = repository.commonDirectory + "wfrepo"
    }

    func findings() -> [Finding] {
        var findings: [Finding] = []
        check(&findings, folder + "/state.sqlite", journalFindings)
        check(&findings, folder + "/logs", logFindings)
        check(&findings, AuditQueue(of: repository).path, queueFindings)
        check(&findings, folder + "/clone-id", cloneFindings)
        return findings
    }

    private func queueFindings() throws -> [Finding] {
        let queue = AuditQueue(of: repository)
        var findings = try queue.damagedLines().map { number in
            Finding(
                .files, queue.path, "line \(number), an audit event that waits, was changed after it was written",
                hint: "look at it; the others go into git with wfrepo audit fold, and it goes to \(queue.damagedPath)")
        }
        if let aside = try DurableFile.read(queue.damagedPath), !aside.isEmpty {
            let count = aside.split(separator: 0x0A).count
            findings.append(
                Finding(
                    .files, queue.damagedPath,
                    "it has \(count) audit event\(count == 1 ? "" : "s") that could not be put into git, changed as they were",
                    hint: "see what can be read of them, say so (wfrepo note), then remove the file"))
        }
        return findings
    }

    private func cloneFindings() throws -> [Finding] {
        guard try !CloneID.isIntact(in: repository) else { return [] }
        return [
            Finding(
                .files, folder + "/clone-id", "it was changed after it was written",
                hint: "the next run's record goes to segments of a new id; those of the old one stay as they are")
        ]
    }

    /// What stops a check is a finding, too.
    private func check(_ findings: inout [Finding], _ path: String, _ body: () throws -> [Finding]) {
        do {
            findings += try body()
        } catch {
            findings.append(Finding(.files, path, "it can't be read: \(error)"))
        }
    }

    private func journalFindings() throws -> [Finding] {
        let path = folder + "/state.sqlite"
        guard access(path, F_OK) == 0 else { return [] }
        let store = try StateStore(path: path)
        let faults = try store.integrityFaults()
        guard faults.isEmpty else { return faults.map { Finding(.files, path, $0) } }
        // One that has a record has ended: where the journal does not know that, it has lost what it had written.
        let kept = try store.runs(RunQuery(statuses: RunStatus.allCases, limit: .max))
        let records = try records(of: Set(kept.map(\.run)))
        return kept.compactMap { run in
            guard let record = records[run.run], record != run else { return nil }
            let message = run.status.isFinal ? "is not there as" : "has not ended there, as"
            return Finding(.files, path, "run \(run.run) \(message) its record in git says")
        }
    }

    private func logFindings() throws -> [Finding] {
        let runs = try FolderNames.all(in: folder + "/logs").compactMap { RunID($0) }
        let records = try records(of: Set(runs))
        var findings: [Finding] = []
        for record in records.values.sorted(by: { $0.run < $1.run }) {
            for step in record.steps {
                let logs = [
                    (step.log, step.attempts.last?.number, ""),
                    (step.compensation?.log, step.compensation?.attempts.last?.number, ".undo"),
                ]
                for (log, attempt, suffix) in logs {
                    guard let log, let attempt else { continue }
                    let path = "\(folder)/logs/\(record.run)/\(step.id)\(suffix).\(attempt).log"
                    // A log may be gone: it is kept for a while only.
                    guard let bytes = try DurableFile.read(path) else { continue }
                    let hash = SHA256.hash(data: bytes).hexadecimal
                    guard bytes.count != log.bytes || hash != log.sha256 else { continue }
                    findings.append(
                        Finding(.files, path, "it is not the log that the record of run \(record.run) names"))
                }
            }
        }
        return findings
    }

    /// The records in git of some runs, found by one walk.
    private func records(of runs: Set<RunID>) throws -> [RunID: RunRecord] {
        var records: [RunID: RunRecord] = [:]
        for (_, tip) in try SegmentCatalog(.runs, in: repository).months.joined() {
            guard records.count < runs.count else { break }
            let notes = NotesTree(repository, root: try repository.links(of: tip).tree)
            var history = try SegmentHistory(of: tip, in: repository)
            while let batch = try history.next() {
                for (summary, commit) in batch.runs where runs.contains(summary.run) {
                    // A record that can't be read is found by the check of its segment.
                    guard let blob = try notes.note(for: commit.object),
                        let record = try? RunNote.record(in: try repository.blob(blob))
                    else { continue }
                    records[summary.run] = record
                }
            }
        }
        return records
    }
}
