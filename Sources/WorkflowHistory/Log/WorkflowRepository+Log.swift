public import GitStore
public import WorkflowLanguage

extension WorkflowRepository {
    /// The versions of a workflow with what is known of their commits, newest first.
    ///
    /// - Parameters:
    ///   - tip: the end of the history; HEAD where nil.
    ///   - limit: the most entries; nil for all.
    /// - Throws: `unknownWorkflow` where the name never was in that history.
    public func log(of name: WorkflowName, from tip: CommitID? = nil, limit: Int? = nil) throws -> [LogEntry] {
        let tip = try tip ?? self.tip()
        let versions = try versions(of: name, from: tip)
        guard !versions.isEmpty else {
            throw try unknown(name, in: repository.links(of: tip).tree, where: "in the history of HEAD")
        }
        return try versions.suffix(max(0, limit ?? versions.count)).reversed().map(entry)
    }

    /// The versions of every workflow, newest first.
    public func log(from tip: CommitID? = nil, limit: Int? = nil) throws -> [LogEntry] {
        let versions = try FolderHistory(self).versions(from: tip ?? self.tip())
        return try versions.suffix(max(0, limit ?? versions.count)).reversed().map(entry)
    }

    /// A version with what its commit says.
    public func entry(_ version: WorkflowVersion) throws -> LogEntry {
        let commit = try repository.commit(version.commit)
        let trailers = commit.trailers.map { Trailer($0.key, Self.unfolded($0.value)) }
        return LogEntry(
            version: version, kind: try kind(of: version, trailers), author: commit.author, committer: commit.committer,
            subject: commit.subject, body: commit.body, trailers: trailers)
    }

    /// A value in one line, as `git interpret-trailers --unfold` shows it.
    private static func unfolded(_ value: String) -> String {
        value.split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) }.joined(separator: " ")
    }

    private func kind(of version: WorkflowVersion, _ trailers: [Trailer]) throws -> LogEntry.Kind {
        let isRollback = trailers.contains { trailer in
            trailer.key == RollbackPlan.trailer
                && trailer.value.prefix { $0 != "@" && $0 != " " } == version.name.description
        }
        if isRollback { return .rolledBack }
        switch version.change {
        case .created: return .created
        case .renamed: return .renamed
        case .deleted: return .deleted
        case .changed: return try isCosmetic(version) ? .cosmetic : .changed
        }
    }

    private func isCosmetic(_ version: WorkflowVersion) throws -> Bool {
        guard let new = version.file, let old = version.previous, new.mode == old.mode else { return false }
        guard let after = DefinitionCheck.workflow(new.name, at: new.path, try definition(new)),
            let before = DefinitionCheck.workflow(old.name, at: old.path, try definition(old))
        else { return false }
        return after.hash == before.hash
    }
}
