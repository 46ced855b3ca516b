internal import GitStore
internal import WorkflowEngine

/// Finished runs made ready for their segments.
struct RunBatch {
    /// A run and what it becomes in git.
    struct Entry {
        let record: RunRecord
        let commit: RunCommit
        let commitID: CommitID
        /// The commit that bears the digest.
        let version: CommitID
        let note: [UInt8]

        var receipt: RunReceipt { RunReceipt(run: record.run, commit: commitID, recordHash: sha256(note)) }
    }

    /// The runs by the month of their end, the earliest first; within a month by their end.
    private(set) var entries: [(month: Month, entries: [Entry])] = []
    /// Runs that cannot be recorded, and why.
    private(set) var refused: [(run: RunID, reason: String)] = []

    /// Prepares runs. One that cannot be recorded, because what it ran is gone, must not hold up the others.
    init(
        _ records: [RunRecord], in repository: Repository,
        versionCommit: (PinnedDefinition) throws -> CommitID?
    ) {
        var months: [Month: [Entry]] = [:]
        var versions: [PinnedDefinition: CommitID] = [:]
        for record in records {
            do {
                let definition = record.definition
                try Self.requireObjects(of: record, in: repository)
                let version =
                    try versions[definition] ?? versionCommit(definition) ?? definition.versionCommit(in: repository)
                versions[definition] = version
                let (month, entry) = try Self.entry(record, version: version)
                months[month, default: []].append(entry)
            } catch {
                refused.append((record.run, "\(error)"))
            }
        }
        entries = months.sorted { $0.key < $1.key }.map { month, entries in
            (month, entries.sorted { ($0.record.ended ?? $0.record.queued) < ($1.record.ended ?? $1.record.queued) })
        }
    }

    private static func entry(
        _ record: RunRecord, version: CommitID
    ) throws -> (Month, Entry) {
        guard record.status.isFinal, let month = Month(of: record.ended ?? record.queued) else {
            throw RecordsError(.invalid, "record run", record.run.description, "it has not ended")
        }
        let commit = RunCommit(record)
        return (
            month,
            Entry(
                record: record, commit: commit, commitID: try commit.id(), version: version,
                note: try RunNote.bytes(of: record))
        )
    }

    private static func requireObjects(of record: RunRecord, in repository: Repository) throws(RecordsError) {
        let definition = record.definition
        for object in [definition.commit.object, definition.tree.object] where !repository.exists(object) {
            throw RecordsError(
                .notFound, "record run", record.run.description, "\(object), which it ran, is not in the repository",
                hint: "fetch it, or bring it back from another clone, and record again")
        }
    }

    /// What adding runs changes in a segment whose notes are `notes`. Writes the run commits.
    static func change(
        adding entries: [Entry], to notes: NotesTree, in repository: Repository
    ) throws -> SegmentWriter.Change {
        var change = SegmentWriter.Change(
            subject: "record \(entries.count) run\(entries.count == 1 ? "" : "s")")
        var digests: [CommitID: [RunSummary]] = [:]
        for entry in entries {
            let summary = RunSummary(entry.record)
            let commit = try entry.commit.write(to: repository)
            change.notes[commit.object] = entry.note
            change.keeps.append(commit)
            change.lines.append(summary.line)
            digests[entry.version, default: []].append(summary)
        }
        for (version, runs) in digests {
            let note = try notes.note(for: version.object).map { id in try repository.blob(id) } ?? []
            var digest = VersionDigest(note: String(decoding: note, as: UTF8.self))
            digest.add(runs)
            change.notes[version.object] = Array(digest.note.utf8)
        }
        return change
    }
}
