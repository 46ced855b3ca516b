internal import DocumentTree
internal import GitStore
internal import WorkflowLanguage

/// The workflows of a tree whose triggers name paths, so that a change of any file may fire them. All others fire only when
/// their own file changes.
struct PathWatchers {
    private let workflows: WorkflowRepository

    init(_ workflows: WorkflowRepository) { self.workflows = workflows }

    /// The names of the watchers in the tree of a commit.
    func names(in tree: TreeID) throws -> Set<WorkflowName> {
        let found = try DefinitionFindings(workflows, name: "path-watchers", form: 1).words(in: tree) { file in
            try watches(file) ? [] : nil
        }
        return Set(found.keys.compactMap { WorkflowName(path: $0) })
    }

    private func watches(_ file: WorkflowFile) throws -> Bool {
        let bytes = try workflows.definition(file)
        // Searching for the word is much cheaper than parsing, and few definitions have it.
        guard mayMention("paths", in: bytes) else { return false }
        // One with faults counts, so that its faults are told.
        guard let workflow = DefinitionCheck.workflow(file.name, at: file.path, bytes) else { return true }
        return workflow.triggers.contains { !$0.paths.isEmpty }
    }
}
