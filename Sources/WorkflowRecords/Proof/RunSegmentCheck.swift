internal import GitStore
internal import WorkflowEngine

/// Checks one segment of runs: each run that a batch names has its record, the record is of its schema and makes the very
/// run commit that it stands on, nothing was dropped or replaced since, and nothing stands there that no batch has brought.
struct RunSegmentCheck {
    private let repository: Repository
    private let segment: RecordSegment
    private let tip: CommitID
    private let known: CommitID?
    private let pinned: PinnedRunCheck?
    private var summaries: [RunID: RunSummary] = [:]
    private var runCommits: Set<ObjectID> = []
    private(set) var findings: [Finding] = []
    /// How many runs the checked commits brought.
    var count: Int { runCommits.count }

    /// - Parameters:
    ///   - known: a commit of the segment that has been checked already; only what came after it is.
    ///   - pinned: checks what ran, too.
    init(
        _ segment: RecordSegment, at tip: CommitID, since known: CommitID? = nil, in repository: Repository,
        pinned: PinnedRunCheck?
    ) {
        self.repository = repository
        self.segment = segment
        self.tip = tip
        self.known = known
        self.pinned = pinned
    }

    /// Checks all of it. A commit or a note that can't be read is a finding, too.
    mutating func run() throws {
        var history = try SegmentHistory(of: tip, since: known, in: repository)
        let notes = NotesTree(repository, root: try repository.links(of: tip).tree)
        while let batch = try history.next() {
            guard !batch.runs.isEmpty else { continue }
            let written = NotesTree(repository, root: batch.commit.tree)
            for (summary, commit) in batch.runs {
                if let other = summaries.updateValue(summary, forKey: summary.run), !runCommits.contains(commit.object)
                {
                    fault(
                        .records, summary, "it is recorded twice, also as one that ended \(other.ended.textToSeconds)")
                }
                runCommits.insert(commit.object)
                do {
                    try check(summary, on: commit, written: written, now: notes)
                } catch {
                    fault(.records, summary, "its record can't be read: \(error)")
                }
            }
        }
        try checkOtherNotes(in: notes)
    }

    private mutating func check(
        _ summary: RunSummary, on commit: CommitID, written: NotesTree, now: NotesTree
    ) throws {
        guard let original = try written.note(for: commit.object) else {
            return fault(.records, summary, "the commit that brought it has no note on \(commit)")
        }
        guard let current = try now.note(for: commit.object) else {
            return fault(.records, summary, "its note on \(commit) was dropped")
        }
        let bytes = try repository.blob(original)
        if current != original, try !repository.blob(current).starts(with: bytes) {
            fault(.records, summary, "its record was replaced after it was written (note on \(commit))")
        }
        guard bytes.count <= SegmentLimits.largestRecord else {
            return fault(.records, summary, "its record has \(bytes.count) bytes, more than a record may have")
        }
        let record = try RunNote.record(in: bytes)
        guard RunSummary(record) == summary else {
            return fault(.records, summary, "its record says something else than the commit that brought it")
        }
        if record.ended.flatMap({ Month(of: $0) }) ?? segment.month != segment.month {
            fault(.records, summary, "it ended in another month than the segment's")
        }
        guard try RunCommit(record).id() == commit else {
            return fault(.versions, summary, "its record does not make the run commit \(commit) that it stands on")
        }
        for problem in try pinned?.problems(of: record) ?? [] { fault(.versions, summary, problem) }
    }

    /// What stands in the notes and is no record of a run that a batch names: digests, people's remarks, forgeries.
    private mutating func checkOtherNotes(in notes: NotesTree) throws {
        let before = try known.map { NotesTree(repository, root: try repository.links(of: $0).tree) }
        for target in try targets(changedSince: before, in: notes) where !runCommits.contains(target) {
            let old = try before?.note(for: target).map { id in try repository.blob(id) }
            guard let blob = try notes.note(for: target) else {
                if let old, RunNote.isRecord(old) {
                    findings.append(Finding(.records, segment.reference, "the record on \(target) was dropped"))
                }
                continue
            }
            let bytes = try repository.blob(blob)
            if let old, RunNote.isRecord(old) {
                if !bytes.starts(with: old) {
                    findings.append(Finding(.records, segment.reference, "the record on \(target) was replaced"))
                }
            } else if RunNote.isRecord(bytes) {
                findings.append(
                    Finding(.records, segment.reference, "the record on \(target) is forged: no commit brought it"))
            } else {
                checkDigest(bytes, before: old ?? [], on: target)
            }
        }
    }

    private mutating func checkDigest(_ bytes: [UInt8], before: [UInt8], on target: ObjectID) {
        let earlier = Set(VersionDigest(note: String(decoding: before, as: UTF8.self)).runs)
        for run in VersionDigest(note: String(decoding: bytes, as: UTF8.self)).runs
        where summaries[run.run] != run && !earlier.contains(run) {
            let reason = summaries[run.run] == nil ? "there is no record of it here" : "its record says something else"
            findings.append(
                Finding(
                    .digests, segment.reference, "the digest on \(target) has a line of run \(run.run), and \(reason)",
                    hint: "see it: git notes --ref=\(segment.reference) show \(target)"))
        }
    }

    private func targets(changedSince before: NotesTree?, in notes: NotesTree) throws -> [ObjectID] {
        guard let before else { return try notes.all().map(\.target) }
        return Set(
            try repository.changedPaths(from: before.root, to: notes.root, under: nil)
                .compactMap { ObjectID($0.path.filter { $0 != "/" }) }
        ).sorted()
    }

    private mutating func fault(_ check: Finding.Check, _ run: RunSummary, _ message: String) {
        findings.append(
            Finding(
                check, "run \(run.run)", "\(message) (in \(segment.reference))",
                hint: "see who changed it: git log \(segment.reference)"))
    }
}

/// How large a part of a segment may be. What is larger did not come from wfrepo.
enum SegmentLimits {
    /// Bytes of one run's record.
    static let largestRecord = 32 << 20
    /// Bytes of one audit line.
    static let largestAuditLine = 1 << 20
    /// Bytes of a note with audit lines or a digest.
    static let largestNote = 64 << 20
    /// Bytes of a notes commit.
    static let largestCommit = 4 << 20
    /// Notes that one push may bring.
    static let mostNotes = 1_000_000
}
