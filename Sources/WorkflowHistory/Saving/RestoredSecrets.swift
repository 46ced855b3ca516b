internal import GitStore
internal import WorkflowLanguage

/// Credentials in clear text that going back would bring back.
struct RestoredSecrets {
    /// Those that nobody ever said to be none.
    private(set) var refused: [DefinitionProblem] = []
    /// What the revert commit says of the others, so that the repository that receives it lets them through, too.
    private(set) var trailers: [Trailer] = []

    /// Looks at what a revert commit would bring in.
    ///
    /// A line that an earlier commit let through (`Allowed-Secret:`) is not asked about again.
    ///
    /// - Parameter allowsSecrets: Whether somebody says that what is found is no credential.
    init(_ changes: [ContentChange], in repository: WorkflowRepository, base: Base, allowsSecrets: Bool) throws {
        for (change, found) in DefinitionCheck.newSecrets(in: changes) {
            guard let bytes = change.new?.bytes else { continue }
            let known = try allowsSecrets ? [] : repository.allowedLines(of: change, base: base)
            let unknown = found.filter { !allowsSecrets && !known.contains(DefinitionCheck.line(of: $0, in: bytes)) }
            if unknown.isEmpty { trailers.append(Trailer(SecretExemption.trailer, change.label)) }
            refused += unknown
        }
    }

    /// Refuses to go back to credentials.
    static func refuse(_ secrets: [DefinitionProblem], _ operation: String) throws(HistoryError) {
        guard !secrets.isEmpty else { return }
        let count = secrets.count == 1 ? "a credential" : "\(secrets.count) credentials"
        throw HistoryError(
            .clearTextSecret, operation, "\(count) in clear text would come back, so nothing was changed",
            hint: "go back to another version, or take it out by hand and save; if it is none: --allow-secret",
            problems: secrets)
    }
}

extension WorkflowRepository {
    /// The lines with what looks like a credential that commits of a workflow's history said to be none.
    fileprivate func allowedLines(of change: ContentChange, base: Base) throws -> Set<String> {
        guard let tip = base.tip, let name = change.workflow else { return [] }
        var lines: Set<String> = []
        for version in try versions(of: name, from: tip) {
            lines.formUnion(try allowedLines(by: repository.commit(version.commit)))
        }
        return lines
    }
}
