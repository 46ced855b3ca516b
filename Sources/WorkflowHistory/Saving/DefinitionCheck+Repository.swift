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
        let changed = Dictionary(
            changes.compactMap { change in
                (change.workflow ?? WorkflowName(kindPath: change.path)).map { ($0, change) }
            },
            uniquingKeysWith: { $0.new == nil ? $1 : $0 })
        let check = CallCheck { name in
            let bytes: [UInt8]?
            if let change = changed[name] {
                bytes = change.new?.bytes
            } else {
                bytes = try self.workflows.flatMap { repository in
                    try repository.file(of: name, in: tree).map { try repository.definition($0) }
                }
            }
            guard let bytes else { return .missing }
            return Self.workflow(name, at: name.path, bytes).map { .workflow($0) } ?? .faulty
        }
        return try workflows.flatMap { try check.problems(of: $0.workflow, file: $0.path) }
            .map { DefinitionProblem($0) }
    }
}
