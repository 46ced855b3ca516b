internal import GitStore
internal import WorkflowHistory

/// What a remote has, fetched into a place of its own where nobody takes it for accepted.
struct IncomingReferences {
    static let prefix = "refs/wfrepo/incoming/"
    private let repository: Repository
    private let remote: String
    private let git: GitProgram
    /// The branches by their names.
    private(set) var heads: [String: CommitID] = [:]
    /// The segments, without those that were dropped.
    private(set) var segments: [RecordSegment: CommitID] = [:]
    /// Segments that the remote still has although they were dropped.
    private(set) var leftOvers: [RecordSegment] = []
    /// Those of them that are at another commit than the one at which they were dropped.
    private(set) var unlikeDropped: [RecordSegment] = []

    /// Fetches all branches and records, but for segments that were dropped: what was erased here must not come back.
    ///
    /// - Throws: `unreachable` with what git said, where the remote can't be read. Then nothing was changed.
    init(
        from remote: String, without dropped: [RecordSegment: CommitID], of repository: Repository, git: GitProgram
    ) throws {
        self.repository = repository
        self.remote = remote
        self.git = git
        try clear()
        if !dropped.isEmpty {
            let listed = try Self.listed(by: remote, git).filter { dropped[$0.segment] != nil }
            leftOvers = listed.map(\.segment)
            unlikeDropped = listed.filter { dropped[$0.segment] != $0.tip }.map(\.segment)
        }
        var settings = [
            "core.hooksPath=/dev/null", "fetch.prune=false", "fetch.pruneTags=false", "remote.\(remote).prune=false",
            "fetch.writeCommitGraph=false", "core.fsync=all",
        ]
        // Objects that git would not make itself are not let in, unless the user has decided about that.
        if try repository.configuration.string("fetch.fsckObjects") == nil { settings.append("fetch.fsckObjects=true") }
        // All of a record is looked at, so a partial clone gets all of it at once.
        let whole = try repository.isPromised(by: remote) ? ["--no-filter"] : []
        let outcome = try git.run(
            [
                "fetch", "--quiet", "--no-tags", "--refmap=", "--no-write-fetch-head", "--no-auto-maintenance",
                "--no-recurse-submodules",
            ] + whole + [
                remote, "+refs/heads/*:\(Self.prefix)heads/*",
                "+refs/notes/wfrepo/*:\(Self.prefix)notes/*",
            ] + dropped.keys.map { "^\($0.reference)" }.sorted(), settings: settings)
        guard outcome.status == 0 else { throw Self.unreachable(remote, outcome) }
        for reference in try repository.references(matching: Self.prefix) {
            guard case .object(let id) = reference.target else { continue }
            let name = String(reference.name.dropFirst(Self.prefix.count))
            if name.hasPrefix("heads/") {
                heads[String(name.dropFirst("heads/".count))] = CommitID(id)
            } else if let segment = RecordSegment(
                reference: "refs/notes/wfrepo/\(name.dropFirst("notes/".count))")
            {
                segments[segment] = CommitID(id)
            }
        }
    }

    /// The segments that a remote has, and where they are.
    private static func listed(
        by remote: String, _ git: GitProgram
    ) throws -> [(segment: RecordSegment, tip: CommitID)] {
        let outcome = try git.run(["ls-remote", "--refs", remote, "refs/notes/wfrepo/*"])
        guard outcome.status == 0 else { throw unreachable(remote, outcome) }
        return String(decoding: outcome.output, as: UTF8.self).split(separator: "\n").compactMap { line in
            let fields = line.split(separator: "\t")
            guard fields.count == 2, let tip = CommitID(String(fields[0])),
                let segment = RecordSegment(reference: String(fields[1]))
            else { return nil }
            return (segment, tip)
        }
    }

    private static func unreachable(_ remote: String, _ outcome: ChildProgram.Outcome) -> RecordsError {
        RecordsError(
            .unreachable, "fetch from", remote, GitProgram.complaint(outcome),
            hint: "nothing was changed, and work goes on here; when \(remote) can be reached: wfrepo sync \(remote)")
    }

    /// Takes the place away again. What was accepted is kept by its own references.
    func clear() throws {
        for reference in try repository.references(matching: Self.prefix) {
            guard case .object(let id) = reference.target else { continue }
            try repository.removeReference(reference.name, expecting: id, isTransient: true)
        }
    }
}
