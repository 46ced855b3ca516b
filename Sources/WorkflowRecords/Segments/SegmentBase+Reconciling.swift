internal import GitStore

extension SegmentBase {
    /// Reads what a segment holds, and unites it with what we last wrote there.
    ///
    /// - Parameter written: the last commit of ours; nil where none is known, and what is there is taken as it is.
    init(of segment: RecordSegment, written: CommitID?, in repository: Repository) throws {
        let tip = try repository.resolve(segment.reference).map { CommitID($0) }
        guard let written, tip != written else {
            self.init(
                tip: tip, notes: try tip.map { try repository.links(of: $0).tree }, parents: tip.map { [$0] } ?? [],
                last: tip, foreign: nil)
            return
        }
        let isRecovered = Self.isStored(written, in: repository)
        let union = try NotesUnion(ours: isRecovered ? written : nil, theirs: tip, in: repository)
        let kind: ForeignWrite.Kind =
            if let tip {
                try isRecovered && repository.isAncestor(written, of: tip) ? .appended : .rewritten
            } else {
                .removed
            }
        let (notes, restored) = try union.tree(keepingTheirRemovals: kind == .appended)
        self.init(
            tip: tip, notes: notes,
            parents: (tip.map { [$0] } ?? []) + (isRecovered && kind != .appended ? [written] : []),
            last: isRecovered ? written : tip,
            foreign: ForeignWrite(
                kind: kind, segment: segment, written: written.description, found: tip?.description,
                restored: restored, isRecovered: isRecovered))
    }
}

extension SegmentBase {
    /// How often it is looked for before it is believed to be gone.
    private static let looks = 8

    /// Whether a commit is in the object store. What a repacking moves just then may be nowhere for a moment, and to believe that
    /// it is gone would be to give up what it holds.
    private static func isStored(_ commit: CommitID, in repository: Repository) -> Bool {
        var backoff = Backoff()
        for _ in 1..<looks {
            if repository.exists(commit.object) { return true }
            backoff.wait()
        }
        return repository.exists(commit.object)
    }
}

/// The notes of two commits brought together.
///
/// Records and audit lines are for good: what is missing or changed on their side is put back. Digests of both sides are merged,
/// remarks of people are kept.
struct NotesUnion {
    private let repository: Repository
    private let ours: TreeID?
    private let theirs: TreeID?

    init(ours: CommitID?, theirs: CommitID?, in repository: Repository) throws(GitError) {
        self.repository = repository
        self.ours = try ours.map { id throws(GitError) in try repository.links(of: id).tree }
        self.theirs = try theirs.map { id throws(GitError) in try repository.links(of: id).tree }
    }

    /// The united notes, and how many of ours had to be put back.
    ///
    /// - Parameter keepingTheirRemovals: whether they started from ours: then a digest or remark that is missing was
    ///   removed on purpose.
    func tree(keepingTheirRemovals: Bool) throws -> (tree: TreeID?, restored: Int) {
        guard let ours else { return (theirs, 0) }
        guard let theirs else { return (ours, try NotesTree(repository, root: ours).all().count) }
        let ourNotes = NotesTree(repository, root: ours)
        let theirNotes = NotesTree(repository, root: theirs)
        var changes: [ObjectID: BlobID?] = [:]
        for target in try differingTargets() {
            guard let our = try ourNotes.note(for: target) else { continue }
            let their = try theirNotes.note(for: target)
            let ourBytes = try repository.blob(our)
            guard our != their, their != nil || Self.isForGood(ourBytes) || !keepingTheirRemovals else { continue }
            let theirBytes = try their.map { id in try repository.blob(id) }
            let united = Self.united(ours: ourBytes, theirs: theirBytes, theyStartedFromOurs: keepingTheirRemovals)
            if united != theirBytes { changes[target] = try repository.writeBlob(united) }
        }
        return (changes.isEmpty ? theirs : try theirNotes.setting(changes), changes.count)
    }

    /// The objects whose notes may differ. Trees that are equal are not read, so the cost is that of the difference.
    private func differingTargets() throws -> Set<ObjectID> {
        let paths = try repository.changedPaths(from: theirs, to: ours, under: nil)
        return Set(paths.compactMap { ObjectID($0.path.filter { $0 != "/" }) })
    }

    private static func united(ours: [UInt8], theirs: [UInt8]?, theyStartedFromOurs: Bool) -> [UInt8] {
        guard let theirs else { return ours }
        // A remark that `git notes append` put behind ours.
        if theirs.starts(with: ours) { return theirs }
        if isForGood(ours) { return ours }
        if theyStartedFromOurs { return theirs }
        let digest = VersionDigest(note: String(decoding: ours, as: UTF8.self))
        return Array(digest.united(with: VersionDigest(note: String(decoding: theirs, as: UTF8.self))).note.utf8)
    }

    /// Records and audit lines may not be replaced.
    private static func isForGood(_ note: [UInt8]) -> Bool {
        RunNote.isRecord(note) || AuditNote.isAudit(note)
    }
}
