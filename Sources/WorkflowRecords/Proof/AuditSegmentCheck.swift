internal import DocumentTree
internal import GitStore
internal import WorkflowEngine

/// Checks one segment of audit lines: every line that a commit names is there, unchanged, in its place, of its schema, and
/// follows the line before it; and no line stands there that no commit has brought.
struct AuditSegmentCheck {
    private let repository: Repository
    private let segment: RecordSegment
    private let tip: CommitID
    private let known: CommitID?
    private(set) var findings: [Finding] = []
    /// How many lines the checked commits brought.
    private(set) var count = 0
    private var texts: [CommitID: NoteText] = [:]
    private var expected: [CommitID: [AuditEventID]] = [:]
    private var changed: Set<AuditEventID> = []
    private let keys: SubjectKeys
    /// How many lines of each subject could not be opened, and when their keys were destroyed, as the audit says.
    private var sealed: [String: Int] = [:]
    private var forgotten: [String: String] = [:]
    private var last: (index: AuditIndexLine, commit: Commit)?

    /// - Parameter known: a commit of the segment that has been checked already; only what came after it is.
    init(_ segment: RecordSegment, at tip: CommitID, since known: CommitID? = nil, in repository: Repository) throws {
        keys = try SubjectKeys(of: repository)
        self.repository = repository
        self.segment = segment
        self.tip = tip
        self.known = known
    }

    /// Checks all of it.
    ///
    /// - Parameter start: the hash that the first line must name; nil where the segment before is gone by right.
    mutating func run(from start: String?) throws {
        let notes = NotesTree(repository, root: try repository.links(of: tip).tree)
        var history = try SegmentHistory(of: tip, since: known, in: repository)
        var batches: [Commit] = []
        while let batch = try history.next() { batches.append(batch.commit) }
        var previous = try known.map { id in try AuditHead(id, in: repository).hash } ?? start
        var total = try known.map { id in try AuditHead(id, in: repository).count }
        for commit in batches.reversed() {
            let lines = AuditIndexLine.all(in: commit)
            for index in lines {
                count += 1
                try check(index, broughtBy: commit, in: notes, previous: &previous)
            }
            // People's own commits, as of `git notes append`, say nothing of the chain.
            guard let chain = commit.trailer(AuditHead.chainTrailer) ?? (lines.isEmpty ? nil : "") else { continue }
            if let previous, chain != previous, try !reportChange(of: lines.last, broughtBy: commit, in: notes) {
                fault("commit \(commit.id) was not written for the lines that it names")
            }
            previous = chain
            let said = commit.trailer(AuditHead.countTrailer).flatMap { Int($0) }
            if let total, said != total + lines.count {
                fault("commit \(commit.id) counts \(said ?? 0) lines where there are \(total + lines.count)")
            }
            total = said
        }
        try checkNotes(in: notes)
        for (subject, count) in sealed.sorted(by: { $0.key < $1.key }) {
            let lines = "\(count) line\(count == 1 ? "" : "s") of subject \(visible(subject)) can't be read"
            findings.append(
                Finding(
                    .note, .audit, segment.reference,
                    forgotten[subject].map { "\(lines): the key was destroyed at \($0)" }
                        ?? "\(lines): the key is not here, or was destroyed"))
        }
    }

    private mutating func check(
        _ index: AuditIndexLine, broughtBy commit: Commit, in notes: NotesTree, previous: inout String?
    ) throws {
        defer { last = (index, commit) }
        expected[index.commit, default: []].append(index.id)
        guard let line = try line(index, in: notes) else {
            // What follows has nothing to be compared with, so that one loss is one finding.
            previous = nil
            return fault("the line of event \(index.id) is missing from the note on \(index.commit)")
        }
        do {
            let event = try AuditEvent(line, with: keys)
            if event == nil { sealed[line.subject ?? "", default: 0] += 1 }
            if let event, event.kind == .subjectForgotten, let subject = event.details["subject"]?.string {
                forgotten[subject] = event.time.description
            }
        } catch {
            fault("the line of event \(index.id) is not of its schema: \(error)")
        }
        if line.text.utf8.count > SegmentLimits.largestAuditLine {
            fault("the line of event \(index.id) is longer than a line may be")
        }
        if let previous, try line.previous() != previous {
            let isKnown = try reportChange(of: last?.index, broughtBy: last?.commit, in: notes)
            if try !reportChange(of: index, broughtBy: commit, in: notes), !isKnown {
                fault("event \(index.id) does not follow the line before it")
            }
        }
        previous = line.hash
    }

    /// Says so, once, where a line is not what the commit that brought it had.
    ///
    /// - Returns: whether it was changed.
    private mutating func reportChange(
        of index: AuditIndexLine?, broughtBy commit: Commit?, in notes: NotesTree
    ) throws -> Bool {
        guard let index, let commit else { return false }
        let written = try Self.text(
            on: index.commit.object, in: NotesTree(repository, root: commit.tree), repository
        )[index.id]
        guard try line(index, in: notes) != written else { return false }
        if changed.insert(index.id).inserted {
            fault("the line of event \(index.id) was changed after it was written (note on \(index.commit))")
        }
        return true
    }

    private mutating func line(_ index: AuditIndexLine, in notes: NotesTree) throws -> AuditLine? {
        try text(on: index.commit, in: notes)[index.id]
    }

    /// The notes hold exactly the lines that commits name, in their order.
    private mutating func checkNotes(in notes: NotesTree) throws {
        let before = try known.map { NotesTree(repository, root: try repository.links(of: $0).tree) }
        for target in try targets(changedSince: before, in: notes) {
            let commit = CommitID(target)
            let earlier = try before.map { try Self.text(on: target, in: $0, repository).ids } ?? []
            let wanted = earlier + (expected[commit] ?? []).map(\.description)
            let found = try text(on: commit, in: notes).ids
            guard found != wanted else { continue }
            let extra = found.filter { !wanted.contains($0) }
            let missing = wanted.filter {
                !found.contains($0) && !(expected[commit] ?? []).map(\.description).contains($0)
            }
            for id in extra { fault("the line of event \(visible(id)) on \(target) is forged: no commit brought it") }
            for id in missing { fault("the line of event \(id) was dropped from the note on \(target)") }
            guard extra.isEmpty, missing.isEmpty else { continue }
            if Set(found).count < found.count {
                fault("the note on \(target) has a line twice")
            } else if found.count == wanted.count {
                let moved = zip(found, wanted).first { $0 != $1 }?.0 ?? ""
                fault("the lines of the note on \(target) were reordered, from event \(visible(moved)) on")
            }
        }
    }

    private func targets(changedSince before: NotesTree?, in notes: NotesTree) throws -> [ObjectID] {
        guard let before else {
            return Array(Set(try notes.all().map(\.target) + expected.keys.map(\.object))).sorted()
        }
        return Set(
            try repository.changedPaths(from: before.root, to: notes.root, under: nil)
                .compactMap { ObjectID($0.path.filter { $0 != "/" }) }
        ).sorted()
    }

    private mutating func text(on commit: CommitID, in notes: NotesTree) throws -> NoteText {
        if let known = texts[commit] { return known }
        let text = try Self.text(on: commit.object, in: notes, repository)
        texts[commit] = text
        return text
    }

    private static func text(on target: ObjectID, in notes: NotesTree, _ repository: Repository) throws -> NoteText {
        NoteText(try notes.note(for: target).map { id in try repository.blob(id) } ?? [])
    }

    private func visible(_ text: String) -> String { PrintableText.escape(text) }

    private mutating func fault(_ message: String) {
        findings.append(
            Finding(.audit, segment.reference, message, hint: "see its history: git log \(segment.reference)"))
    }
}

/// The audit lines of one note.
private struct NoteText {
    /// The ids of the lines, in their order.
    let ids: [String]
    /// The lines by their ids; of two with the same, the first.
    private let lines: [String: AuditLine]

    init(_ note: [UInt8]) {
        let found = String(decoding: note, as: UTF8.self).split(separator: "\n").compactMap { AuditLine(text: $0) }
        ids = found.map { String($0.idText) }
        lines = Dictionary(zip(ids, found), uniquingKeysWith: { first, _ in first })
    }

    subscript(id: AuditEventID) -> AuditLine? { lines[id.description] }
}
