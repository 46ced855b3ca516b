import DocumentTree
import GitStore
import WorkflowHistory

extension SavedCommit {
    /// What scripts learn of a save.
    var summary: Value {
        [
            "commit": .string(commit.description), "branch": Value(branch), "subject": .string(subject),
            "parent": Value(parent?.description), "paths": .sequence(changes.map { .string($0.path) }),
        ]
    }
}

extension CommandContext {
    /// Tells what was saved, in the form that was asked for.
    func report(_ saved: SavedCommit, as form: OutputOptions) throws {
        if form.json { return try output.writeJSON(saved.summary) }
        report(saved)
    }
}
