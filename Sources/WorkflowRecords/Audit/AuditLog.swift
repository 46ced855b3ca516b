public import GitStore
public import WorkflowEngine
public import WorkflowHistory
public import WorkflowLanguage

/// Writes audit events into git: lines that are chained by hash, as notes on the commits that they concern, in one
/// reference a clone and month.
///
/// It uses its `Repository`, and so belongs to the same thread or isolation domain.
public struct AuditLog {
    /// An event and the commit that it concerns.
    public struct Entry: Sendable {
        /// What happened.
        public var event: AuditEvent
        /// The commit of the version, or the one that ran; nil for the branch's tip.
        public var commit: CommitID?

        /// An event on a commit.
        public init(_ event: AuditEvent, on commit: CommitID? = nil) {
            self.event = event
            self.commit = commit
        }

        /// The event with the version of its workflow, where it was told without: a save or a hook does not wait until the
        /// history was counted.
        ///
        /// - Parameter number: the version of a workflow that is in force at a commit; nil where that is not known.
        public func numbered(_ number: (WorkflowName, CommitID) -> Int?) -> Entry {
            guard event.version == nil, let workflow = event.workflow, let commit,
                AuditEventKind.ofVersions.contains(event.kind)
            else { return self }
            var entry = self
            entry.event.version = number(workflow, commit)
            return entry
        }
    }

    let repository: Repository
    let clone: CloneID
    private let committer: Actor
    private let clock: any EngineClock
    private let seals: Bool
    let patience: Duration
    /// How far a clock may have been set back between an event and its writing, in seconds.
    private static let clockSkew = 300
    /// Called after each step, so that a test can make it the last one.
    var fault: (RecorderStep) throws -> Void = { _ in }

    /// An audit log of one clone; see ``Recorder`` for the parameters.
    ///
    /// - Parameter seals: whether new lines are sealed, each with the key of its actor.
    public init(
        _ repository: Repository, clone: CloneID, committer: Actor, clock: any EngineClock = SystemClock(),
        seals: Bool = false, patience: Duration = .seconds(30)
    ) {
        self.repository = repository
        self.clone = clone
        self.committer = committer
        self.clock = clock
        self.seals = seals
        self.patience = patience
    }

    /// Appends events, in their order, by one move of one reference. When it returns they are on disk.
    ///
    /// An event that stands there already (after a crash the caller may not know) is left alone.
    ///
    /// - Returns: what somebody else had done to the reference since the last append; to be told in the audit, too.
    @discardableResult
    public func append(_ entries: [Entry]) throws -> ForeignWrite? {
        guard !entries.isEmpty else { return nil }
        let tip = try repository.head.tip
        let segment = try segment()
        var keys = seals ? try SubjectKeys(of: repository) : nil
        return try append(to: segment) { base, notes in
            let last = try AuditHead(base.last ?? previousTip(before: segment.month), in: repository)
            var batch = AuditBatch(after: last, on: notes, in: repository)
            let known = try knownEvents(since: entries.map(\.event.time).min(), in: segment, before: base.last)
            for entry in entries where !known.contains(entry.event.id) {
                let isOpen = AuditLine.open.contains(entry.event.kind)
                let sealer = isOpen ? nil : try keys?.sealer(for: entry.event.actor.email)
                try batch.add(entry.event, on: entry.commit ?? tip, sealedWith: sealer)
            }
            return batch.change
        }
    }

    /// The segment that is written now.
    func segment() throws -> RecordSegment {
        guard let month = Month(of: clock.now) else {
            throw RecordsError(
                .invalid, "append to audit", clone.description, "the clock is out of range: \(clock.now)")
        }
        return RecordSegment(kind: .audit, clone: clone, month: month)
    }

    /// Appends one commit to a segment; see `SegmentWriter`.
    @discardableResult
    func append(
        to segment: RecordSegment, _ prepare: (SegmentBase, NotesTree) throws -> SegmentWriter.Change?
    ) throws -> ForeignWrite? {
        var writer = try SegmentWriter(
            repository, committer: committer, clock: clock, patience: patience, fault: fault)
        return try writer.append(to: segment, prepare)
    }

    /// Appends one event.
    @discardableResult
    public func append(_ event: AuditEvent, on commit: CommitID? = nil) throws -> ForeignWrite? {
        try append([Entry(event, on: commit)])
    }

    /// The events that were written since a moment, as the messages of the notes commits name them: after a crash the caller
    /// may hand over again what stands there already, perhaps in a note that is full by now, or in the segment of last month.
    private func knownEvents(
        since moment: Timestamp?, in segment: RecordSegment, before tip: CommitID?
    ) throws -> Set<AuditEventID> {
        guard let moment else { return [] }
        let start = moment.advanced(by: .seconds(-Self.clockSkew))
        let beganEarlier = Month(of: start).map { $0 < segment.month } ?? false
        let earlier = beganEarlier ? try previousTip(before: segment.month) : nil
        var known: Set<AuditEventID> = []
        for tip in [tip, earlier].compactMap({ $0 }) {
            var history = try SegmentHistory(of: tip, in: repository)
            while let seconds = history.nextSeconds, seconds >= start.seconds, let batch = try history.next() {
                known.formUnion(AuditIndexLine.all(in: batch.commit).map(\.id))
            }
        }
        return known
    }

    /// The tip of this clone's latest audit segment of an earlier month: the chain goes on from it.
    func previousTip(before month: Month) throws -> CommitID? {
        try SegmentCatalog(.audit, in: repository).months.joined()
            .first { $0.segment.clone == clone && $0.segment.month < month }?.tip
    }
}

/// Where a chain of audit lines ends, as a commit's trailers say it.
struct AuditHead {
    static let chainTrailer = "Audit-Chain"
    static let countTrailer = "Audit-Count"
    /// How many commits of others may stand on top of ours.
    private static let searchLimit = 10_000

    /// The hash of the last line.
    let hash: String
    /// The number of lines in the chain, those of earlier months included.
    let count: Int

    /// What a commit's message says of it.
    var trailers: [String] { Self.trailers(count: count, hash: hash) }

    static func trailers(count: Int, hash: String) -> [String] {
        ["\(countTrailer): \(count)", "\(chainTrailer): \(hash)"]
    }

    /// The end of the chain at a commit, or at the nearest before it that has one: others put commits on top.
    init(_ commit: CommitID?, in repository: Repository) throws(GitError) {
        var next = commit
        for _ in 0..<Self.searchLimit {
            guard let id = next else { break }
            let commit = try repository.commit(id)
            if let hash = commit.trailer(Self.chainTrailer), let count = commit.trailer(Self.countTrailer) {
                self.hash = hash
                self.count = Int(count) ?? 0
                return
            }
            next = commit.parents.first
        }
        hash = AuditLine.start
        count = 0
    }
}
