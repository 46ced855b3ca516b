public import GitStore

/// What lets plain `git fetch` bring the records of other clones: refspecs of a remote.
///
/// They have no `+`, so a rewritten segment is refused. One's own segments are left out: a fetch would fail after each
/// run that is not pushed yet, and `git fetch --prune` would delete it. `remote.*.push` is never set: `git push` would
/// push no branch any more.
public struct RecordRefspecs {
    private let repository: Repository

    /// The refspecs of a repository's remotes.
    public init(_ repository: Repository) { self.repository = repository }

    /// Sets a remote up, where it is not.
    ///
    /// Clone ids that were left out before stay so: a copied repository still holds what its original has not pushed. A partial
    /// clone is left as it is: `git fetch` would bring records without what is in them.
    public func configure(_ remote: String, own clone: CloneID) throws(GitError) {
        guard try !repository.isPromised(by: remote) else { return }
        let configuration = try repository.configuration
        let key = "remote.\(remote).fetch"
        if try configuration.strings(key).isEmpty {
            // Without any line git fetches HEAD; with ours alone it would fetch no branch.
            try configuration.addIfMissing(key, "+refs/heads/*:refs/remotes/\(remote)/*")
        }
        // Runs before the audit that tells of them: git moves them in this order, and can be killed in between.
        for kind in [RecordSegment.Kind.runs, .audit] {
            // First what is left out, so that a fetch in between does no harm.
            try configuration.addIfMissing(key, "^\(RecordSegment.prefix(kind, of: clone))*")
            let all = "\(RecordSegment.prefix(kind))*"
            try configuration.addIfMissing(key, "\(all):\(all)")
        }
    }

    /// Leaves a new clone id out at every remote that brings records, as a copied folder needs it.
    public func leaveOut(_ clone: CloneID) throws(GitError) {
        let configuration = try repository.configuration
        let all = "\(RecordSegment.prefix(.runs))*"
        for remote in try configuration.remoteNames()
        where try configuration.strings("remote.\(remote).fetch").contains("\(all):\(all)") {
            try configure(remote, own: clone)
        }
    }
}
