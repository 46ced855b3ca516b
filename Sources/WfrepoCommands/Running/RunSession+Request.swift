import DocumentTree
import GitStore
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage

extension RunSession {
    /// Makes a request from a revision that was found.
    ///
    /// - Parameters:
    ///   - inputs: As typed, `name=value`.
    ///   - settings: What holds for it; nil means those at the tip of HEAD's branch.
    ///   - trigger: What starts the run.
    func request(
        _ resolved: ResolvedRevision, inputs: [(name: String, text: String)], settings: Settings? = nil,
        trigger: RunTrigger, correlationID: String? = nil
    ) throws -> RunRequest {
        let resolved = try asCommitted(resolved)
        let settings = try settings ?? workflows.settings()
        let parsed = Workflow.parse(
            resolved.bytes, name: resolved.name, file: resolved.path, scope: settings.scope(of: resolved.name))
        guard let workflow = parsed.workflow else { throw InvalidDefinition(problems: parsed.errors) }
        guard workflow.kind?.program == nil else {
            throw CommandFailure(
                "\(workflow.name) is a program, which only a step can use",
                hint: "use it in a workflow: steps: [{uses: \(workflow.name)}]")
        }
        let calls = try callProblems(of: workflow, resolved)
        guard calls.isEmpty else { throw InvalidDefinition(problems: calls) }
        guard workflow.isEnabled else {
            throw CommandFailure(
                "\(workflow.name) is switched off (enabled: false)",
                hint: "switch it on: wfrepo enable \(workflow.name)")
        }
        let (values, faults) = InputResolver(workflow.inputs).resolve(texts: inputs)
        guard faults.isEmpty else { throw Self.failure(faults, of: workflow) }
        return RunRequest(
            workflow: workflow, definition: try pinned(resolved, workflow), source: resolved.bytes, inputs: values,
            trigger: trigger, actor: try actor(), correlationID: correlationID)
    }

    /// What is wrong with the calls of other workflows of the same commit.
    private func callProblems(of workflow: Workflow, _ resolved: ResolvedRevision) throws -> [Problem] {
        try CallCheck { name in
            guard let file = try workflows.file(of: name, in: resolved.tree) else { return .missing }
            let parsed = Workflow.parse(try workflows.definition(file), name: name, file: file.path)
            return parsed.workflow.map { .workflow($0) } ?? .faulty
        }.problems(of: workflow, file: resolved.path)
    }

    /// A file of the work tree that is as committed is the current version, with its number.
    private func asCommitted(_ resolved: ResolvedRevision) throws -> ResolvedRevision {
        guard resolved.isWorktree, let entry = try repository.entry(at: resolved.path, in: resolved.tree),
            entry.id == resolved.blob.object, entry.mode == resolved.mode
        else { return resolved }
        return try workflows.resolve(RevisionSpec(name: resolved.name, selector: .tip))
    }

    private func pinned(_ resolved: ResolvedRevision, _ workflow: Workflow) throws -> PinnedDefinition {
        var tree = resolved.tree
        var blob = resolved.blob
        if resolved.isWorktree {
            blob = try repository.writeBlob(resolved.bytes)
            tree = try repository.editTree(tree, [TreeChange(path: resolved.path, .put(resolved.mode, blob.object))])
        }
        return PinnedDefinition(
            workflow: workflow.name, title: workflow.title, version: resolved.versionNumber, commit: resolved.commit,
            tree: tree, branch: try repository.head.branchName, path: resolved.path, blob: blob,
            isUncommitted: resolved.isWorktree, hash: workflow.hash)
    }

    private static func failure(_ faults: [InputResolver.Fault], of workflow: Workflow) -> CommandFailure {
        let names = workflow.inputs.map(\.name).joined(separator: ", ")
        return CommandFailure(
            "\(workflow.name): " + faults.map(\.description).joined(separator: "\n"),
            hint: names.isEmpty ? "it takes no inputs" : "inputs are given as --input NAME=VALUE; it takes \(names)")
    }
}
