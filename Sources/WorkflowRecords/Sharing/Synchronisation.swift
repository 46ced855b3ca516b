public import GitStore

/// Brings a clone and a remote together: definitions, runs and audit, both ways, fast-forward only, verified before it is
/// accepted. Transport is git's own, with the user's credentials and configuration.
public struct Synchronisation {
    private let repository: Repository
    private let clone: CloneID
    private let remote: String
    private let git: GitProgram
    private let lock: FileLock
    private let seen: SeenTips?

    /// A synchronisation with one remote.
    ///
    /// - Parameter seen: where this user saw the segments last, where that is known: what a backup took back and the remote has is
    ///   known by it.
    /// - Throws: `busy` where another one is under way in this clone, `notFound` where there is no such remote.
    public init(_ repository: Repository, clone: CloneID, remote: String, git: GitProgram, seen: SeenTips? = nil) throws
    {
        guard try repository.configuration.string("remote.\(remote).url") != nil else {
            throw RecordsError(
                .notFound, "synchronise with", remote, "there is no remote of that name",
                hint: "add it: git remote add \(remote) URL")
        }
        let folder = try repository.makeOwnFolder()
        guard let lock = try FileLock(folder + "/" + DeclaredMoves.fileName, patience: .seconds(10)) else {
            throw RecordsError(.busy, "synchronise with", remote, "another synchronisation is under way in this clone")
        }
        self.repository = repository
        self.clone = clone
        self.remote = remote
        self.git = git
        self.lock = lock
        self.seen = seen
    }

    /// Takes in what the remote has, then sends what it lacks.
    ///
    /// - Parameter beforeSending: called when everything was taken in: the time for a checkpoint.
    /// - Throws: `unreachable` where the remote can't be read; then nothing was changed.
    public func run(beforeSending: () throws -> Void) throws -> SyncReport {
        try withExtendedLifetime(lock) {
            let moves = DeclaredMoves(repository: repository, lock: lock)
            try moves.clearLeftovers(IncomingReferences.prefix)
            try RecordRefspecs(repository).configure(remote, own: clone)
            var report = SyncReport()
            let segments = SegmentExchange(
                repository: repository, clone: clone, remote: remote, moves: moves, seen: seen)
            let incoming = try IncomingReferences(
                from: remote, without: try segments.dropped(), of: repository, git: git)
            try segments.accept(incoming.segments, into: &report)
            try segments.applyTombstones(into: &report)
            try segments.noteMissing(incoming, in: &report)
            let branch = try BranchExchange(repository: repository, remote: remote, git: git, moves: moves)
                .run(incoming.heads, into: &report)
            try incoming.clear()
            try beforeSending()
            let refspecs = try segments.outgoing(incoming, besides: report.refused) + (branch.map { [$0] } ?? [])
            if !refspecs.isEmpty { try send(refspecs, into: &report) }
            return report
        }
    }

    /// Pushes by name, never with force, and all at once, so that nobody finds an audit there without the runs that it tells of. What
    /// the remote refuses does not hold up the rest: a server's `pre-receive` judges a push as a whole, so that is then sent in parts.
    private func send(_ refspecs: [String], into report: inout SyncReport) throws {
        let push = ["push", "--porcelain", "--no-follow-tags"]
        var outcome = try git.run(push + ["--atomic", remote] + refspecs)
        // The remote can't do that.
        if outcome.status != 0, answers(outcome).isEmpty, outcome.errorText.contains("atomic") {
            outcome = try git.run(push + [remote] + refspecs)
        }
        let answers = answers(outcome)
        guard !answers.isEmpty || outcome.status == 0 else {
            throw RecordsError(
                .unreachable, "push to", remote, GitProgram.complaint(outcome),
                hint: "what came was taken in; when \(remote) can be reached: wfrepo sync \(remote)")
        }
        let parts = parts(of: refspecs)
        if outcome.status != 0, parts.count > 1 {
            for part in parts { try send(part, into: &report) }
            return
        }
        for (flag, name, summary) in answers {
            switch flag {
            case "!":
                report.refused.append(
                    SyncReport.Refusal(
                        reference: name, reason: "\(remote) refused it: \(reason(summary, of: name, outcome))",
                        hint: summary.contains("fetch first") || summary.contains("non-fast-forward")
                            ? "somebody else was faster: wfrepo sync \(remote)" : nil))
            case "=": break
            default: report.sent.append(name)
            }
        }
        try followSent(answers.filter { $0.flag != "!" }.map(\.name))
    }

    /// What to send by itself where the whole was refused: the records and the branch; of records alone, each.
    private func parts(of refspecs: [String]) -> [[String]] {
        let records = refspecs.filter { $0.contains(":refs/notes/") }
        return records.isEmpty || records.count == refspecs.count
            ? refspecs.map { [$0] } : [records, refspecs.filter { !records.contains($0) }]
    }

    /// What git says of each reference that was pushed (git-push(1), OUTPUT).
    private func answers(_ outcome: ChildProgram.Outcome) -> [(flag: String, name: String, summary: String)] {
        String(decoding: outcome.output, as: UTF8.self).split(separator: "\n").compactMap { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count >= 3, let name = fields[1].split(separator: ":").last else { return nil }
            return (fields[0], String(name), fields[2])
        }
    }

    /// The summary that git gives, and what a hook there said of the reference; all that it said where it names none.
    private func reason(_ summary: String, of reference: String, _ outcome: ChildProgram.Outcome) -> String {
        var said: [[Substring]] = []
        for line in outcome.errorText.split(whereSeparator: \.isNewline) where line.hasPrefix("remote: ") {
            let text = line.dropFirst("remote: ".count).trimmingPrefix(while: \.isWhitespace)
            // git fills the line up, so that it covers what stood there.
            guard let end = text.lastIndex(where: { !$0.isWhitespace }) else { continue }
            if text.hasPrefix("hint: "), !said.isEmpty {
                said[said.count - 1].append(text[...end])
            } else {
                said.append([text[...end]])
            }
        }
        let own = said.filter { $0.first?.contains(reference) ?? false }
        return ([summary] + (own.isEmpty ? said : own).joined().map(String.init)).joined(separator: "; ")
    }

    /// git itself moves `refs/remotes/` after a push; a branch without a counterpart gets one.
    private func followSent(_ references: [String]) throws {
        guard case .branch(let branch, _) = try repository.head,
            let other = references.first(where: { $0.hasPrefix("refs/heads/") })
        else { return }
        let configuration = try repository.configuration
        guard try configuration.string("branch.\(branch).remote") == nil else { return }
        try configuration.set("branch.\(branch).remote", to: remote)
        try configuration.set("branch.\(branch).merge", to: other)
    }
}
