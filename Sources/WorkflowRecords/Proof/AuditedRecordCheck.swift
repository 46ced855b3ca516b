internal import DocumentTree
internal import GitStore
internal import Glibc
internal import WorkflowEngine
internal import WorkflowHistory

/// Compares the records with the audit, which tells of each finished run once more: its run commit, and the SHA-256 of its
/// record. So who forges, changes or drops a record must rewrite the audit, too.
///
/// A run that the journal or the audit's queue has is left aside, as it may be about to be written; and where the audit of a
/// clone ends before the run did, nothing is missing yet.
struct AuditedRecordCheck {
    let repository: Repository
    let tips: [RecordSegment: CommitID]
    let tombstones: [RecordSegment: Tombstone]

    /// A clone sends its audit and its records one after the other: so long a run may be in one and not in the other.
    private static let patience = Duration.seconds(600)

    /// What an audit line says of a finished run.
    private struct Told {
        var hash: String
        /// The segment in which its record should be.
        var segment: RecordSegment
    }

    /// What all audits say. A folder that was copied takes the queue with it: what waited there is told by both clones, and
    /// recorded by one.
    private struct Audit {
        var runs: [ObjectID: Told] = [:]
        /// The run commits of which there are records.
        var recorded: Set<ObjectID> = []
        /// The end of the latest run that each clone tells of.
        var latest: [CloneID: String] = [:]
        /// Clones whose audit could not all be read: lines that are sealed with a key that is not here may tell of any run.
        var unreadable: Set<CloneID> = []
    }

    func findings() throws -> [Finding] {
        let atWork = try runsAtWork()
        var audit = try told()
        var findings: [Finding] = []
        for (segment, tip) in segments(.runs) { findings += try compare(segment, tip, with: &audit, besides: atWork) }
        let missing = audit.runs.filter { !audit.recorded.contains($0.key) && isExpected($0.value.segment) }
        for commit in missing.keys.sorted() {
            let run = try run(of: CommitID(commit))
            guard !(run.map(atWork.contains) ?? false) else { continue }
            findings.append(
                Finding(
                    .records, run.map { "run \($0)" } ?? "run commit \(commit)",
                    "the audit says that it finished, and its record is gone (run commit \(commit))",
                    hint: "bring it back from a clone that has it: wfrepo sync"))
        }
        return findings
    }

    private func segments(_ kind: RecordSegment.Kind) -> [(RecordSegment, CommitID)] {
        tips.filter { $0.key.kind == kind }.map { ($0.key, $0.value) }.sorted { $0.0.reference < $1.0.reference }
    }

    /// Whether the records of a segment must be here: they were not dropped, and have come from their clone.
    private func isExpected(_ segment: RecordSegment) -> Bool { tips[segment] != nil && tombstones[segment] == nil }

    /// Whether the audit that told of a segment's runs was dropped on purpose: it tells them in the month of their end, or a later one.
    private func isDroppedAudit(of segment: RecordSegment) -> Bool {
        tombstones.keys.contains { $0.kind == .audit && $0.clone == segment.clone && $0.month >= segment.month }
    }

    private func told() throws -> Audit {
        var audit = Audit()
        let keys = try SubjectKeys(of: repository)
        for (segment, tip) in segments(.audit) {
            try forEachNote(of: tip) { _, note in
                guard AuditNote.isAudit(note) else { return }
                for line in note.split(separator: 0x0A) {
                    guard let line = AuditLine.opened(Array(line), with: keys) else {
                        audit.unreadable.insert(segment.clone)
                        continue
                    }
                    guard let finished = FinishedRunLine(line), let month = Month(String(finished.time.prefix(7)))
                    else { continue }
                    audit.runs[finished.commit] = Told(
                        hash: finished.hash, segment: RecordSegment(kind: .runs, clone: segment.clone, month: month))
                    audit.latest[segment.clone] = max(audit.latest[segment.clone] ?? "", finished.time)
                }
            }
        }
        return audit
    }

    /// Compares the records of a segment with what the audit tells of them.
    private func compare(
        _ segment: RecordSegment, _ tip: CommitID, with audit: inout Audit, besides atWork: Set<RunID>
    ) throws -> [Finding] {
        var findings: [Finding] = []
        try forEachNote(of: tip) { target, note in
            guard RunNote.isRecord(note) else { return }
            // A copy may have recorded it, too.
            let told = audit.runs[target]
            audit.recorded.insert(target)
            if let told, told.hash == sha256(RunNote.document(in: note)) { return }
            guard let record = try? RunNote.record(in: note), !atWork.contains(record.run) else { return }
            let message: String
            if told != nil {
                message = "its record is not the one whose SHA-256 the audit has (note on \(target))"
            } else if !audit.unreadable.contains(segment.clone), !isDroppedAudit(of: segment),
                let latest = audit.latest[segment.clone],
                (record.ended ?? record.queued).advanced(by: Self.patience).description < latest
            {
                message = "the audit does not know of it: its record is forged (note on \(target))"
            } else {
                return
            }
            findings.append(
                Finding(
                    .records, "run \(record.run)", message,
                    hint: "see who wrote it: git log \(segment.reference)"))
        }
        return findings
    }

    /// Gives the notes of a segment to `body`, in the order of the packs. An object that can't be read is found by the checks of
    /// objects and segments.
    private func forEachNote(of tip: CommitID, _ body: (_ target: ObjectID, _ note: [UInt8]) throws -> Void) throws {
        let notes = try NotesTree(repository, root: repository.links(of: tip).tree).all()
        for (target, blob) in try repository.inPackOrder(notes, { $0.note.object }) {
            if let note = try? repository.blob(blob) { try body(target, note) }
        }
    }

    private func run(of commit: CommitID) throws -> RunID? {
        guard repository.exists(commit.object) else { return nil }
        return try repository.commit(commit).trailer("Run").flatMap { RunID($0) }
    }

    private func runsAtWork() throws -> Set<RunID> {
        let waiting = Set(try AuditQueue(of: repository).waiting().compactMap(\.event.run))
        let path = repository.commonDirectory + "wfrepo/state.sqlite"
        guard access(path, W_OK) == 0 else { return waiting }
        return waiting.union(try StateStore(path: path).unrecorded(limit: .max).map(\.run))
    }
}

/// What a line `run.finished` of the audit says of a record.
private struct FinishedRunLine {
    var time = ""
    var hash = ""
    var commit: ObjectID

    /// nil for any other line, and for one without a hash.
    init?(_ line: [UInt8]) {
        var (kind, time, hash, commit): (String?, String?, String?, String?)
        var cursor = JSONCursor(line)
        do {
            try cursor.forEachKey { cursor, key in
                switch key {
                case "event": kind = try cursor.string()
                case "time": time = try cursor.string()
                case "details" where kind == AuditEventKind.runFinished.rawValue:
                    try cursor.forEachKey { cursor, key in
                        switch key {
                        case "record_sha256": hash = try cursor.string()
                        case "run_commit": commit = try cursor.string()
                        default: try cursor.skip()
                        }
                    }
                default: try cursor.skip()
                }
            }
        } catch {
            return nil
        }
        guard let time, let hash, let commit = commit.flatMap({ ObjectID($0) }) else { return nil }
        (self.time, self.hash, self.commit) = (time, hash, commit)
    }
}
