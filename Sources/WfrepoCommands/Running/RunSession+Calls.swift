import DocumentTree
import GitStore
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage

extension RunSession {
    /// The workflows that a run may call, and those that these may call, from the tree that the run is pinned to, with what
    /// this process gives them.
    ///
    /// - Throws: Where one that is called has a secret without a value here.
    func calls(of workflow: Workflow, in definition: PinnedDefinition) throws -> [WorkflowName: CalledWorkflow] {
        var found: [WorkflowName: CalledWorkflow] = [:]
        var wanted = workflow.steps.flatMap(\.calls).map(\.workflow)
        while let name = wanted.popLast() {
            guard found[name] == nil, let file = try workflows.file(of: name, in: definition.tree) else { continue }
            let source = try workflows.definition(file)
            // What can't be read fails the step that calls it; the rest of the run need not.
            guard let called = Workflow.parse(source, name: name, file: file.path).workflow else { continue }
            var entry = CalledWorkflow(
                workflow: called, definition: try pinned(file, called, definition), source: source,
                secrets: try secrets.values(of: called))
            if name.isKind {
                entry.kindTree = try repository.entry(at: name.kindFolderPath, in: definition.tree)?.id.description
            }
            found[name] = entry
            wanted += called.steps.flatMap(\.calls).map(\.workflow)
        }
        return found
    }

    private func pinned(
        _ file: WorkflowFile, _ workflow: Workflow, _ caller: PinnedDefinition
    ) throws -> PinnedDefinition {
        let commit = caller.commit.description
        let resolved = try? workflows.resolve(RevisionSpec(name: file.name, selector: .commit(commit)))
        let isCommitted = resolved?.blob == file.blob
        return PinnedDefinition(
            workflow: file.name, title: workflow.title, version: isCommitted ? resolved?.versionNumber : nil,
            commit: caller.commit, tree: caller.tree, branch: caller.branch, path: file.path, blob: file.blob,
            isUncommitted: !isCommitted, hash: workflow.hash)
    }

    /// Has the run go on whose step called one that is over now, where it had been left because that one was paused or waited.
    func wakeCaller(of record: RunRecord) throws {
        guard record.status.isFinal, let caller = record.trigger.caller else { return }
        let calling = try engine.store.record(caller)
        let waits = calling.steps.contains { $0.waiting?.calledRun == record.run }
        // One that was left while it was being undone needs no answer.
        guard waits || calling.status == .compensating, try !engine.isDriven(caller) else { return }
        do throws(EngineError) {
            if waits { try engine.send(RunSignal(.resume(answer: .null, called: record.run)), to: caller) }
        } catch {
            // Somebody else took the caller up meanwhile, and saw that the run is over.
            guard error.code == .refused else { throw error }
        }
        _ = try takeUpInBackground(caller)
    }
}
