internal import DocumentTree
internal import GitStore
internal import WorkflowLanguage

/// Reads what the commits of versions say, from the newest version to the oldest.
///
/// Whether a version changed layout only is asked of the index, or found by reading the definition before and after it; what is
/// before one version is after the one before it, so what was read last is kept.
struct LogReader {
    private let repository: WorkflowRepository
    /// What definitions mean, by their blobs; nil for one that can't be read.
    private var meanings: [BlobID: Value?] = [:]
    /// How many meanings are kept: those of one version for each of as many workflows.
    private static let mostMeanings = 64
    /// What the index did not know.
    private var answers: [DefinitionChange: Bool] = [:]

    init(_ repository: WorkflowRepository) { self.repository = repository }

    /// A version with what its commit says; nil where the filter leaves it out.
    mutating func entry(_ version: WorkflowVersion, matching filter: LogFilter) throws -> LogEntry? {
        let commit = try repository.repository.commit(version.commit)
        return filter.matches(commit) ? try entry(version, commit) : nil
    }

    /// A version with what its commit says.
    mutating func entry(_ version: WorkflowVersion) throws -> LogEntry {
        try entry(version, repository.repository.commit(version.commit))
    }

    private mutating func entry(_ version: WorkflowVersion, _ commit: Commit) throws -> LogEntry {
        let trailers = commit.trailers.map { Trailer($0.key, Self.unfolded($0.value)) }
        return LogEntry(
            version: version, kind: try kind(of: version, trailers), author: commit.author, committer: commit.committer,
            subject: commit.subject, body: commit.body, trailers: trailers)
    }

    /// A value in one line, as `git interpret-trailers --unfold` shows it.
    private static func unfolded(_ value: String) -> String {
        value.split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) }.joined(separator: " ")
    }

    private mutating func kind(of version: WorkflowVersion, _ trailers: [Trailer]) throws -> LogEntry.Kind {
        func concerns(_ key: String) -> Bool {
            trailers.contains { trailer in
                trailer.key == key && trailer.value.prefix { $0 != "@" && $0 != " " } == version.name.description
            }
        }
        if concerns(RollbackPlan.trailer) { return .rolledBack }
        if concerns(RevertPlan.trailer) { return .reverted }
        switch version.change {
        case .created: return .created
        case .renamed: return .renamed
        case .deleted: return .deleted
        case .changed: return try isCosmetic(version) ? .cosmetic : .changed
        }
    }

    private mutating func isCosmetic(_ version: WorkflowVersion) throws -> Bool {
        guard let new = version.file, let old = version.previous, new.mode == old.mode else { return false }
        let change = DefinitionChange(old: old.blob, new: new.blob)
        if let known = try repository.index?.isOfLayoutOnly(change) { return known }
        guard let after = try meaning(of: new), let before = try meaning(of: old) else { return false }
        answers[change] = after == before
        return after == before
    }

    /// Gives the index what it did not know.
    mutating func keepAnswers() throws {
        if !answers.isEmpty { try repository.index?.keep(ofLayoutOnly: answers) }
        answers = [:]
    }

    private mutating func meaning(of file: WorkflowFile) throws -> Value? {
        if let known = meanings[file.blob] { return known }
        let bytes = try repository.definition(file)
        let document = try? Document.parseOne(bytes, name: file.path, limits: Workflow.limits)
        let meaning = try? document?.expanded()?.value(name: file.path)
        if meanings.count >= Self.mostMeanings { meanings.removeAll(keepingCapacity: true) }
        meanings[file.blob] = .some(meaning)
        return meaning
    }
}
