internal import GitStore
internal import WorkflowLanguage

/// What a definition must satisfy before it gets into history.
struct DefinitionCheck {
    /// Whether what looks like a credential in clear text is let through.
    var allowsSecrets: Bool
    /// Lines with what looks like a credential that somebody said to be none.
    var allowedLines: Set<String> = []
    /// What is refused where a definition does not satisfy.
    var operation = Operation.save
    /// Where the files lie that do not change.
    var workflows: WorkflowRepository?
    /// The tree that has them; nil in a repository without commits.
    var tree: TreeID?

    /// What a check stands before, in the words of its refusal.
    enum Operation: String {
        case save, commit, push

        var consequence: String {
            switch self {
            case .save: "so nothing was saved"
            case .commit: "so nothing was committed"
            case .push: "so nothing was received"
            }
        }

        /// How somebody gets past a false alarm.
        var exemption: String {
            switch self {
            case .save: "--allow-secret"
            case .commit: "git commit --no-verify"
            case .push: "end the commit's message with a line \(SecretExemption.trailer): NAME"
            }
        }
    }

    /// Checks what a save is about to commit.
    ///
    /// - Throws: `invalidDefinition` or `clearTextSecret` with every problem of every file.
    func check(_ changes: [ContentChange]) throws {
        var (settings, faults) = try settings(after: changes)
        var sound: [(workflow: Workflow, path: String)] = []
        for change in changes {
            guard let new = change.new else { continue }
            guard let name = change.workflow ?? WorkflowName(kindPath: change.path) else {
                if let problem = Self.placeProblem(change.path) { faults.append(problem) }
                continue
            }
            guard new.mode.isRegularFile else { throw WorkflowListing.notAFile(change.path, new.mode) }
            let parsed = Workflow.parse(new.bytes, name: name, file: change.path, scope: settings.scope(of: name))
            faults += parsed.errors.map { DefinitionProblem($0) }
            if let workflow = parsed.workflow { sound.append((workflow, change.path)) }
        }
        faults += try callProblems(of: sound, among: changes) + userProblems(after: changes)
        if !faults.isEmpty {
            throw HistoryError(
                .invalidDefinition, operation.rawValue,
                "\(Self.count(faults, "fault")) in the definitions, \(operation.consequence)",
                hint: "mend them, then look again: wfrepo check", problems: faults)
        }
        // Only what is a definition is worth the search: it takes longer than the checks before it.
        let secrets = allowsSecrets ? [] : Self.newSecrets(in: changes, allowing: allowedLines).flatMap(\.problems)
        if !secrets.isEmpty {
            throw HistoryError(
                .clearTextSecret, operation.rawValue,
                "\(Self.count(secrets, "credential")) in clear text, \(operation.consequence)",
                hint: "name it under secrets: and use ${{ secrets.NAME }}; if it is none: \(operation.exemption)",
                problems: secrets)
        }
    }

    private static func count(_ problems: [DefinitionProblem], _ noun: String) -> String {
        problems.count == 1 ? "a \(noun)" : "\(problems.count) \(noun)s"
    }

    /// A file in the folder of workflows that looks like one and can't be.
    private static func placeProblem(_ path: String) -> DefinitionProblem? {
        guard path.hasPrefix(WorkflowRepository.folder + "/") else { return nil }
        return WorkflowListing([(path, .blob, .zero)]).problems.first
    }
}
