internal import GitStore
internal import WorkflowEngine

/// Appends commits to this clone's segments: the one place that moves their references.
///
/// Each append is one move of one reference, compared with what was read under git's own lock, by one writer at a time
/// (the recorder's lock). What was written is on disk before the reference moves, and the move before it is said to be over.
struct SegmentWriter: ~Copyable {
    /// What a commit changes in a segment's notes.
    struct Change {
        /// The new notes: bytes by the object that they are on.
        var notes: [ObjectID: [UInt8]] = [:]
        /// Commits that the notes commit keeps reachable: its last parents, in this order.
        var keeps: [CommitID] = []
        /// The first line of the message.
        var subject: String
        /// Further lines of the message.
        var lines: [String] = []
        /// Trailers of the message.
        var trailers: [String] = []
        /// The key that signs the notes commit; nil leaves it unsigned.
        var signingKey: SigningKey?
    }

    /// Objects up to this many are written one by one, more as one pack: about eight runs, with their notes' trees.
    private static let looseObjects = 40
    /// How often an append is tried before it fails.
    private static let attempts = 20
    /// How many of these are made without keeping others from moving the reference meanwhile.
    private static let comparingAttempts = 4

    private let repository: Repository
    private let committer: Actor
    private let clock: any EngineClock
    private let lock: RecorderLock
    private var tips: WrittenTips
    private let fault: (RecorderStep) throws -> Void

    /// Takes the recorder's lock, and clears away what a dead holder left.
    ///
    /// - Parameter fault: called after each step; what it throws ends the append there, as a crash would.
    init(
        _ repository: Repository, committer: Actor, clock: any EngineClock, patience: Duration,
        fault: @escaping (RecorderStep) throws -> Void
    ) throws {
        try repository.makeOwnFolder()
        let lock = try RecorderLock(of: repository, patience: patience)
        let tips = try WrittenTips(of: repository)
        try lock.removeReferenceLock(in: repository)
        try fault(.locked)
        self.repository = repository
        self.committer = committer
        self.clock = clock
        self.lock = lock
        self.tips = tips
        self.fault = fault
    }

    /// Takes in a move that came to its end without our writing that down: a crash, or an error behind it.
    private mutating func settle() throws {
        guard let intent = try lock.intent(), let tip = CommitID(intent.tip),
            try repository.resolve(intent.reference) == tip.object
        else { return }
        try tips.follow(tip, of: intent.reference)
    }

    /// Appends one commit to a segment.
    ///
    /// - Parameters:
    ///   - follow: called once the reference has moved; what it writes is on disk no sooner than that, and when this returns.
    ///   - prepare: says what to change, given what is there and its notes; nil for nothing. It is called again where somebody else
    ///     moved the reference meanwhile.
    /// - Returns: what somebody else had done to the reference since our last append.
    mutating func append(
        to segment: RecordSegment, then follow: () throws -> [UnsyncedFile] = { [] },
        _ prepare: (SegmentBase, NotesTree) throws -> Change?
    ) throws -> ForeignWrite? {
        var backoff = Backoff()
        for attempt in 1..<Self.attempts {
            do {
                return try appendOnce(
                    to: segment, isExclusive: attempt > Self.comparingAttempts, then: follow, prepare)
            } catch let error as GitError where Self.isTransient(error) {
                backoff.wait()
            }
        }
        return try appendOnce(to: segment, isExclusive: true, then: follow, prepare)
    }

    /// Whether a failure may be due to somebody who works on the repository at the same time: another writer moved the
    /// reference, or `git gc` replaced the pack that was just being read.
    private static func isTransient(_ error: GitError) -> Bool {
        [.stale, .io, .notFound].contains(error.code)
    }

    /// - Parameter isExclusive: whether to hold git's lock all the time. It makes others wait, but nobody can be faster.
    private mutating func appendOnce(
        to segment: RecordSegment, isExclusive: Bool, then follow: () throws -> [UnsyncedFile],
        _ prepare: (SegmentBase, NotesTree) throws -> Change?
    ) throws -> ForeignWrite? {
        try settle()
        try tips.makeWay(for: segment.reference)
        var exclusive: ReferenceLock?
        if isExclusive {
            try UnsyncedFile.wait(for: declare(.zero, for: segment))
            exclusive = try repository.lockReference(segment.reference)
        }
        let base = try SegmentBase(of: segment, written: tips[segment.reference], in: repository)
        try fault(.read)
        let move = try repository.prepareMove(
            of: segment.reference, from: base.tip?.object, holding: exclusive, packAbove: Self.looseObjects,
            declaring: { try declare($0, for: segment) }, { try write(on: base, of: segment, prepare)?.object })
        guard let move else { return nil }
        try fault(.written)
        try move.perform(as: signature, message: "wfrepo: record") {
            try fault(.moved)
            return try follow()
        }
        let tip = CommitID(move.new)
        try tips.follow(tip, of: segment.reference)
        try lock.end(RecorderLock.Intent(reference: segment.reference, tip: tip.description))
        try fault(.kept)
        return base.foreign
    }

    /// Writes down what a segment's reference is about to hold.
    private func declare(_ tip: ObjectID, for segment: RecordSegment) throws -> [UnsyncedFile] {
        let last = tips[segment.reference]
        return [
            try lock.declare(
                RecorderLock.Intent(reference: segment.reference, tip: tip.description, .begun(after: last)))
        ]
    }

    /// Who appends, and when.
    private var signature: Signature {
        Signature(name: committer.name, email: committer.email, seconds: clock.now.seconds)
    }

    /// Makes the objects of an append; nil where there is nothing to change.
    private func write(
        on base: SegmentBase, of segment: RecordSegment, _ prepare: (SegmentBase, NotesTree) throws -> Change?
    ) throws -> CommitID? {
        let notes = NotesTree(repository, root: base.notes)
        guard let change = try prepare(base, notes) else { return nil }
        let blobs = try change.notes.mapValues { bytes in Optional(try repository.writeBlob(bytes)) }
        let signature = signature
        return try repository.writeCommit(
            tree: try notes.setting(blobs), parents: base.parents + change.keeps, author: signature,
            committer: signature, message: try message(of: change, on: base, of: segment),
            signingWith: change.signingKey)
    }

    private func message(of change: Change, on base: SegmentBase, of segment: RecordSegment) throws -> String {
        var paragraphs = [change.subject]
        if !change.lines.isEmpty { paragraphs.append(change.lines.joined(separator: "\n")) }
        var trailers = change.trailers
        if base.parents.isEmpty {
            trailers.append("\(SegmentLink.ownTrailer): \(segment.reference)")
            if let (reference, tip) = try previousSegment(of: segment) {
                trailers.append("\(SegmentLink.trailer): \(reference) \(tip)")
            }
        }
        if let foreign = base.foreign {
            trailers.append("Foreign-Write: \(foreign.kind.rawValue) \(foreign.written) \(foreign.found ?? "-")")
        }
        if !trailers.isEmpty { paragraphs.append(trailers.joined(separator: "\n")) }
        return paragraphs.joined(separator: "\n\n") + "\n"
    }

    /// The segment of the latest month before this one: naming it makes its loss visible.
    private func previousSegment(of segment: RecordSegment) throws -> (String, ObjectID)? {
        let prefix = RecordSegment.prefix(segment.kind, of: segment.clone)
        return try repository.references(matching: prefix)
            .filter { RecordSegment(reference: $0.name).map { $0.month < segment.month } ?? false }
            .compactMap { reference in
                guard case .object(let tip) = reference.target else { return nil }
                return (reference.name, tip)
            }
            .max { $0.0 < $1.0 }
    }
}

/// The steps of a recording. A crash after any of them, and a repetition, change nothing that is not missing.
enum RecorderStep: CaseIterable {
    /// The lock is ours.
    case locked
    /// The segment has been read.
    case read
    /// The objects and the intent are on disk, and no reference leads to them.
    case written
    /// The reference leads to the records.
    case moved
    /// That is on disk, and the intent says that it is over.
    case kept
    /// The runs are marked as recorded.
    case marked
}
