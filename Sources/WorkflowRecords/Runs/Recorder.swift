public import GitStore
public import WorkflowEngine

/// Puts finished runs into git: run commits, their records and the versions' digests, all by one move of one reference.
///
/// Whoever ends a run records it, together with all others that wait: many processes may do so at once, beside plain git,
/// `git gc` and `git notes`. A crash at any point loses nothing and doubles nothing: what was not marked as recorded is
/// folded again, and makes the same objects.
///
/// It uses its `Repository`, and so belongs to the same thread or isolation domain.
public struct Recorder {
    /// What a recording came to.
    public struct Outcome: Sendable {
        /// The runs that are in git now, and were not before.
        public var recorded: [RunID] = []
        /// Runs that cannot be recorded, and why. They stay where they wait.
        public var refused: [(run: RunID, reason: String)] = []
        /// What somebody else did to our references; to be told in the audit.
        public var foreignWrites: [ForeignWrite] = []
    }

    /// A notes commit keeps at most so many run commits; git has been seen to cope with that.
    private static let largestBatch = 1_000

    private let repository: Repository
    private let clone: CloneID
    private let committer: Actor
    private let clock: any EngineClock
    private let patience: Duration
    private let versionCommit: (PinnedDefinition) throws -> CommitID?
    /// Called after each step, so that a test can make it the last one.
    var fault: (RecorderStep) throws -> Void = { _ in }

    /// A recorder for one clone's runs.
    ///
    /// - Parameters:
    ///   - clone: names the references that are written.
    ///   - committer: the author of the notes commits. The run commits are their actors'.
    ///   - clock: gives the notes commits' dates.
    ///   - patience: how long to wait for other recorders.
    ///   - versionCommit: tells the commit that made the version that ran, on which the digest stands, where the caller
    ///     knows it; nil makes the recorder look for it in history.
    public init(
        _ repository: Repository, clone: CloneID, committer: Actor, clock: any EngineClock = SystemClock(),
        patience: Duration = .seconds(30),
        versionCommit: @escaping (PinnedDefinition) throws -> CommitID? = { _ in nil }
    ) {
        self.repository = repository
        self.clone = clone
        self.committer = committer
        self.clock = clock
        self.patience = patience
        self.versionCommit = versionCommit
    }

    /// Brings back what we had recorded where somebody else's write took it out of our references, runs and audit: `git notes` compares
    /// nothing when it moves one, so whoever is a moment later than we are takes our last batch with it, even where its commit
    /// follows ours. The next recording of the same month does the same.
    ///
    /// - Returns: what somebody else had done; to be told in the audit.
    public func restore() throws -> [ForeignWrite] {
        let moved = try WrittenTips(of: repository).all.compactMap { name, tip in
            RecordSegment(reference: name).flatMap { $0.clone == clone ? ($0, tip) : nil }
        }.filter { (segment: RecordSegment, tip: CommitID) in
            try repository.resolve(segment.reference).map { $0 != tip.object } ?? false
        }
        guard !moved.isEmpty else { return [] }
        var writer = try SegmentWriter(
            repository, committer: committer, clock: clock, patience: patience, fault: fault)
        var writes: [ForeignWrite] = []
        for (segment, _) in moved.sorted(by: { $0.0.reference < $1.0.reference }) {
            let write = try writer.append(to: segment) { base, _ in
                guard let foreign = base.foreign, foreign.isRecovered,
                    foreign.kind == .rewritten || foreign.restored > 0
                else { return nil }
                return SegmentWriter.Change(subject: "unite with what somebody else wrote")
            }
            if let write { writes.append(write) }
        }
        return writes
    }

    /// Records all runs that have ended and wait for it.
    ///
    /// What it returns as recorded is on disk. Runs that another process recorded meanwhile are in nobody's outcome but
    /// that one's.
    ///
    /// - Parameter own: The run that the caller has ended. Where another process has recorded it, nothing is left to do here: of many
    ///   who wait for each other, each would else record what the one before has ended, one run at a time. Nil where all runs count.
    /// - Throws: `RecordsError` or `GitError`; then nothing is lost, and the runs wait for the next recording.
    public func record(_ runs: some FinishedRuns, endedHere own: RunID? = nil) throws -> Outcome {
        var outcome = Outcome()
        func isNeeded() throws -> Bool { try own.map(runs.isUnrecorded) ?? runs.hasUnrecorded() }
        guard try isNeeded() else { return outcome }
        var writer = try SegmentWriter(
            repository, committer: committer, clock: clock, patience: patience, fault: fault)
        // Most often another process has folded our run while it had the lock.
        guard try isNeeded() else { return outcome }
        while true {
            let refused = outcome.refused.count
            let waiting = try runs.unrecorded(limit: Self.largestBatch + refused)
            let batch = RunBatch(waiting, in: repository, versionCommit: versionCommit)
            for (month, entries) in batch.entries {
                let segment = RecordSegment(kind: .runs, clone: clone, month: month)
                let receipts = entries.map(\.receipt)
                // Of all attempts: one may fail when it has moved the reference already, and the next finds nothing to do.
                var recorded: Set<RunID> = []
                var isTold = false
                let foreign = try writer.append(to: segment) {
                    isTold = true
                    return try runs.tell(receipts)
                } _: { _, notes in
                    isTold = false
                    let new = try entries.filter { try notes.note(for: $0.commitID.object) == nil }
                    recorded.formUnion(new.map(\.record.run))
                    return new.isEmpty ? nil : try RunBatch.change(adding: new, to: notes, in: repository)
                }
                if let foreign { outcome.foreignWrites.append(foreign) }
                outcome.recorded += entries.map(\.record.run).filter(recorded.contains)
                if !isTold { try UnsyncedFile.wait(for: runs.tell(receipts)) }
                try runs.markRecorded(receipts)
                try fault(.marked)
            }
            outcome.refused = batch.refused
            if batch.entries.isEmpty || waiting.count < Self.largestBatch { return outcome }
        }
    }
}
