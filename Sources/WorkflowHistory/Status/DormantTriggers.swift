internal import GitStore
internal import WorkflowLanguage

/// The triggers of workflows that nothing can fire yet.
struct DormantTriggers {
    let workflows: WorkflowRepository
    /// The kinds of trigger that are meant.
    let events: Set<Trigger.Event>

    /// Those of some workflows. What stands as it was committed was looked at before, most likely.
    ///
    /// - Parameter changed: the workflows whose files are not as they were committed.
    func found(
        in names: [WorkflowName], changed: Set<WorkflowName>, base: Base
    ) throws -> [WorkflowStatus.DormantTrigger] {
        guard !events.isEmpty else { return [] }
        let kept = try committed(base)
        return try names.flatMap { name in
            let words = try changed.contains(name) ? self.words(of: name) : kept[name]
            return (words ?? []).sorted().compactMap { word in
                Trigger.Event(rawValue: word).map { WorkflowStatus.DormantTrigger(name: name, event: $0) }
            }
        }
    }

    /// What they are called in the definitions of a commit.
    private func committed(_ base: Base) throws -> [WorkflowName: Set<String>] {
        guard let tree = base.tree else { return [:] }
        // Under other kinds, other things are found.
        let kinds = events.map(\.rawValue).sorted().joined(separator: "-")
        let found = try DefinitionFindings(workflows, name: "dormant-\(kinds)", form: 1).words(in: tree) { file in
            do {
                return try words(in: workflows.definition(file), of: file.name)
            } catch is HistoryError {
                // Too large to be one: nobody can run it either.
                return nil
            }
        }
        return Dictionary(
            found.compactMap { path, words in WorkflowName(path: path).map { ($0, words) } }, uniquingKeysWith: { $1 })
    }

    /// What they are called in a definition of the work tree; nil where it has none, or can't be read.
    private func words(of name: WorkflowName) throws -> Set<String>? {
        do {
            return try workflows.worktreeFile(of: name).flatMap { words(in: $0.bytes, of: name) }
        } catch is HistoryError {
            return nil
        }
    }

    private func words(in bytes: [UInt8], of name: WorkflowName) -> Set<String>? {
        let found = Workflow.dormantTriggers(in: bytes, name: name, among: events).map(\.rawValue)
        return found.isEmpty ? nil : Set(found)
    }
}
