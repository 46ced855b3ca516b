public import GitStore
public import WorkflowHistory

/// What `pre-receive` checks of pushed records: each segment is a whole one by its own rules, bounded in size, and comes
/// from the one pusher that began it.
///
/// It only reads. The repository must be opened so that pushed objects, which git keeps in quarantine, are seen.
public struct RecordsGate {
    private let repository: Repository
    private let owners: SegmentOwners
    private let pusher: String

    /// A gate.
    ///
    /// - Parameters:
    ///   - owners: who pushed which clone's segments first.
    ///   - pusher: who pushes now.
    public init(_ repository: Repository, owners: SegmentOwners, pusher: String) {
        self.repository = repository
        self.owners = owners
        self.pusher = pusher
    }

    /// The updates of records that may not be received, an error for each reason; empty where all may.
    public func refusals(_ updates: [RefUpdate]) throws -> [RecordsError] {
        let updates = updates.filter { $0.reference.hasPrefix(ReceiveGate.protectedPrefix) }
        guard !updates.isEmpty else { return [] }
        let tips = try tips(after: updates)
        let check = SegmentCheck(
            repository: repository, pinned: PinnedRunCheck(repository), tips: tips,
            tombstones: try Tombstone.all(at: tips, of: repository))
        return try updates.flatMap { try refusals($0, check) }
    }

    /// Whether a segment may be removed: an audit of its own clone has a tombstone for where it is.
    public func mayRemove(_ update: RefUpdate, with updates: [RefUpdate]) throws -> Bool {
        guard let segment = RecordSegment(reference: update.reference), let old = update.old else { return false }
        return try Tombstone.all(at: tips(after: updates), of: repository)[segment]?
            .covers(CommitID(old), in: repository) ?? false
    }

    private func refusals(_ update: RefUpdate, _ check: SegmentCheck) throws -> [RecordsError] {
        func refusal(_ reason: String, hint: String? = nil) -> RecordsError {
            RecordsError(.refused, "receive", update.reference, reason, hint: hint)
        }
        guard let segment = RecordSegment(reference: update.reference) else {
            return [refusal("it is not the name of a segment of records", hint: "docs/records.md has the form")]
        }
        if let owner = owners[segment.clone], owner != pusher {
            return [
                refusal(
                    "the records of clone \(segment.clone) are pushed by \(owner), and this is \(pusher)",
                    hint: "each clone pushes its own: wfrepo sync; where the person's login has changed, the server's "
                        + "\(owners.path) says who it is")
            ]
        }
        guard let new = update.new else { return [] }
        guard try repository.header(of: new).kind == .commit else { return [refusal("it is no commit")] }
        let old = update.old.map { CommitID($0) }
        if let excess = try excess(of: CommitID(new), since: old, in: segment) {
            return [refusal(excess.reason, hint: excess.hint)]
        }
        let findings = check.run(segment, at: CommitID(new), since: old).findings.filter { $0.severity == .fault }
        return findings.map {
            refusal("\($0.subject): \($0.message)", hint: "look at it where it was written: wfrepo verify")
        }
    }

    /// What is larger than anything wfrepo writes, and the way out; looked at before it is read.
    private func excess(
        of new: CommitID, since old: CommitID?, in segment: RecordSegment
    ) throws -> (reason: String, hint: String?)? {
        let size = try repository.header(of: new.object).size
        guard size <= SegmentLimits.largestCommit else {
            return ("its commit has \(size) bytes, and \(SegmentLimits.largestCommit) are allowed", nil)
        }
        let before = try old.map { try repository.links(of: $0).tree }
        let changes = try repository.changedPaths(from: before, to: repository.links(of: new).tree)
        guard changes.count <= SegmentLimits.mostNotes else {
            return (
                "it brings \(changes.count) notes at once, and \(SegmentLimits.mostNotes) are allowed",
                "send it in parts, older commits first: git push REMOTE \(segment.reference)~100:\(segment.reference)"
            )
        }
        for change in changes {
            guard let entry = change.new else { continue }
            guard entry.mode.isRegularFile else { return ("\(change.path) is no note", nil) }
            let size = try repository.header(of: entry.id).size
            guard size <= SegmentLimits.largestNote else {
                let target = change.path.filter { $0 != "/" }
                return (
                    "the note on \(target) has \(size) bytes, and \(SegmentLimits.largestNote) are allowed",
                    "take it out where it was written, and synchronise; a record that stood there comes back: "
                        + "git notes --ref=\(segment.reference) remove \(target) && wfrepo sync"
                )
            }
        }
        return nil
    }

    private func tips(after updates: [RefUpdate]) throws -> [RecordSegment: CommitID] {
        var tips: [RecordSegment: CommitID] = [:]
        for kind in RecordSegment.Kind.allCases {
            for (segment, tip) in try SegmentCatalog(kind, in: repository).months.joined() { tips[segment] = tip }
        }
        for update in updates {
            guard let segment = RecordSegment(reference: update.reference) else { continue }
            tips[segment] = update.new.map { CommitID($0) }
        }
        return tips
    }
}
