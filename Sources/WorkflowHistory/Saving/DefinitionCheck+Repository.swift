internal import DocumentTree
internal import GitStore
internal import WorkflowLanguage

// What a definition must satisfy because of the other files of its commit.
extension DefinitionCheck {
    /// The settings that hold once the changes are saved, and the problems of theirs that come with them.
    func settings(after changes: [ContentChange]) throws -> (settings: Settings, problems: [DefinitionProblem]) {
        guard let change = changes.first(where: { $0.path == WorkflowRepository.settingsPath }) else {
            return (try workflows?.settings(in: tree) ?? .standard, [])
        }
        guard let new = change.new else { return (.standard, []) }
        guard new.mode.isRegularFile else { throw WorkflowListing.notAFile(change.path, new.mode) }
        let (settings, problems) = Settings.parse(new.bytes)
        return (settings ?? .standard, problems.map { DefinitionProblem($0) })
    }

    /// What is wrong with the calls of the workflows that change.
    func callProblems(of workflows: [(workflow: Workflow, path: String)], among changes: [ContentChange]) throws
        -> [DefinitionProblem]
    {
        guard workflows.contains(where: { $0.workflow.steps.contains { !$0.calls.isEmpty } }) else { return [] }
        let check = callCheck(after: changes)
        return try workflows.flatMap { try check.problems(of: $0.workflow, file: $0.path) }
            .map { DefinitionProblem($0) }
    }

    /// What a change of the repository's own kinds breaks in definitions that use them and stay as they are. What was wrong
    /// with those before is left aside.
    func userProblems(after changes: [ContentChange]) throws -> [DefinitionProblem] {
        let kinds = changes.compactMap { WorkflowName(kindPath: $0.path) }
        guard !kinds.isEmpty, let workflows, let tree else { return [] }
        let changed = Set(changes.map(\.path))
        let (old, new) = (callCheck(after: []), callCheck(after: changes))
        return try (workflows.workflows(in: tree).files + workflows.kinds(in: tree)).flatMap { file in
            guard !changed.contains(file.path) else { return [DefinitionProblem]() }
            let bytes = try workflows.definition(file)
            // Few use a kind that changes, and to search is much cheaper than to parse.
            guard kinds.contains(where: { mayMention($0.description, in: bytes) }),
                let user = Self.workflow(file.name, at: file.path, bytes)
            else { return [] }
            let known = try Set(old.problems(of: user, file: file.path).map { DefinitionProblem($0) })
            return try new.problems(of: user, file: file.path).map { DefinitionProblem($0) }
                .filter { !known.contains($0) }
        }
    }

    /// A check of calls among the definitions as they are once the changes are saved.
    private func callCheck(after changes: [ContentChange]) -> CallCheck {
        let changed = Dictionary(
            changes.compactMap { change in
                (change.workflow ?? WorkflowName(kindPath: change.path)).map { ($0, change) }
            },
            uniquingKeysWith: { $0.new == nil ? $1 : $0 })
        return CallCheck { name in
            let bytes: [UInt8]?
            if let change = changed[name] {
                bytes = change.new?.bytes
            } else {
                bytes = try workflows.flatMap { repository in
                    try repository.file(of: name, in: tree).map { try repository.definition($0) }
                }
            }
            guard let bytes else { return .missing }
            return Self.workflow(name, at: name.path, bytes).map { .workflow($0) } ?? .faulty
        }
    }
}
