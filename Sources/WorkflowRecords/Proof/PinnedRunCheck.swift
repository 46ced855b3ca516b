internal import GitStore
internal import WorkflowEngine
internal import WorkflowHistory
internal import WorkflowLanguage

/// Checks that what a record says it ran is what its run commit holds: the files of the commit that it names, the
/// definition with its hash, and the version with its number.
final class PinnedRunCheck {
    private let repository: Repository
    private let workflows: WorkflowRepository
    private var hashes: [BlobID: DefinitionHash?] = [:]
    private var problems: [PinnedDefinition: [String]] = [:]
    private var numbers: [WorkflowName: [CommitID: Int?]] = [:]
    /// How far back from the branch's tip each of its commits is.
    private lazy var positions: [CommitID: Int] = (try? firstParents()) ?? [:]

    init(_ repository: Repository) {
        self.repository = repository
        workflows = WorkflowRepository(repository)
    }

    /// What does not fit, a sentence each.
    func problems(of record: RunRecord) throws -> [String] {
        let definition = record.definition
        if let known = problems[definition] { return known }
        let found = try treeProblems(definition) + definitionProblems(definition) + versionProblems(definition)
        problems[definition] = found
        return found
    }

    private func treeProblems(_ definition: PinnedDefinition) throws -> [String] {
        let parent = try repository.links(of: definition.commit).tree
        guard parent != definition.tree else { return [] }
        guard definition.isUncommitted else {
            return ["its files are not those of the commit \(definition.commit) that it names"]
        }
        let changed = try repository.changedPaths(from: parent, to: definition.tree).map(\.path)
        guard changed != [definition.path] else { return [] }
        return ["its files differ from the commit \(definition.commit) in more than \(definition.path)"]
    }

    private func definitionProblems(_ definition: PinnedDefinition) throws -> [String] {
        let entry = try repository.entry(at: definition.path, in: definition.tree)
        guard entry?.id == definition.blob.object else {
            return ["\(definition.path) is not the definition \(definition.blob) that its record names"]
        }
        // What an earlier language accepted and this one does not has no hash to compare.
        guard let hash = try hash(of: definition), hash != definition.hash else { return [] }
        return ["the definition's hash is \(hash), its record says \(definition.hash)"]
    }

    private func hash(of definition: PinnedDefinition) throws -> DefinitionHash? {
        if let known = hashes[definition.blob] { return known }
        let parsed = Workflow.parse(
            try repository.blob(definition.blob), name: definition.workflow, file: definition.path)
        hashes[definition.blob] = .some(parsed.workflow?.hash)
        return parsed.workflow?.hash
    }

    private func versionProblems(_ definition: PinnedDefinition) throws -> [String] {
        guard !definition.isUncommitted, let number = definition.version, !repository.isShallow else { return [] }
        guard try quickNumber(of: definition) != number else { return [] }
        let actual = try workflows.currentVersion(of: definition.workflow, at: definition.commit)?.number
        guard actual != number else { return [] }
        let truth = actual.map { "v\($0)" } ?? "no version"
        return ["its record says v\(number), and \(definition.commit) has \(truth) of \(definition.workflow)"]
    }

    /// The version in force at a commit of the branch, by one walk for all commits; nil where it takes a walk of its own.
    private func quickNumber(of definition: PinnedDefinition) throws -> Int? {
        guard let position = positions[definition.commit], let tip = try repository.head.tip else { return nil }
        if numbers[definition.workflow] == nil {
            let versions = try workflows.versions(of: definition.workflow, from: tip)
            numbers[definition.workflow] = Dictionary(
                versions.map { ($0.commit, $0.number) }, uniquingKeysWith: { _, last in last })
        }
        return numbers[definition.workflow]?.compactMap { commit, number -> (position: Int, number: Int)? in
            guard let number, let found = positions[commit], found >= position else { return nil }
            return (found, number)
        }.min { $0.position < $1.position }?.number
    }

    private func firstParents() throws -> [CommitID: Int] {
        var positions: [CommitID: Int] = [:]
        var next = try repository.head.tip
        while let commit = next, positions.updateValue(positions.count, forKey: commit) == nil {
            // In a shallow clone the parent of the last commit is not there.
            next = try repository.links(of: commit).parents.first.flatMap { repository.exists($0.object) ? $0 : nil }
        }
        return positions
    }
}
