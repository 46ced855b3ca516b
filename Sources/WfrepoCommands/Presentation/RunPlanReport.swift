import DocumentTree
import GitStore
import WorkflowEngine
import WorkflowLanguage

/// What a run would do: the commit, the inputs, and the steps in the order in which they can start.
struct RunPlanReport {
    let request: RunRequest

    func write(to output: TextOutput, asJSON: Bool) throws {
        if asJSON { return try output.writeJSON(summary) }
        let definition = request.definition
        let version = definition.isUncommitted ? "@worktree" : definition.version.map { " v\($0)" } ?? ""
        output.writeLine("would run \(definition.workflow)\(version) of commit \(definition.commit.object.short())")
        for (name, value) in request.inputs.entries {
            output.writeLine("  input \(name) = \(visibleLine(value.inline))")
        }
        output.writeLine("in a \(request.workflow.workspace.rawValue) workspace:")
        for (number, wave) in waves.enumerated() {
            for step in wave {
                var line = "  \(number + 1). \(step.id)"
                if !step.needs.isEmpty { line += "  after " + step.needs.map(\.description).joined(separator: ", ") }
                if let condition = step.condition { line += "  if \(condition.source)" }
                if step.compensation != nil { line += "  (can be undone)" }
                output.writeLine(visibleLine(line))
            }
        }
        output.writeLine("Nothing was run (--dry-run).")
    }

    /// The steps in groups: those of a group can run side by side once the groups before it have ended.
    private var waves: [[Step]] {
        var level: [StepID: Int] = [:]
        var waves: [[Step]] = []
        var rest = request.workflow.steps
        while !rest.isEmpty {
            let ready = rest.filter { step in step.needs.allSatisfy { level[$0] != nil } }
            guard !ready.isEmpty else { break }
            for step in ready { level[step.id] = waves.count }
            waves.append(ready)
            rest.removeAll { level[$0.id] != nil }
        }
        return waves
    }

    private var summary: Value {
        [
            "workflow": .string(request.definition.workflow.description), "version": Value(request.definition.version),
            "commit": .string(request.definition.commit.description),
            "uncommitted": .bool(request.definition.isUncommitted), "inputs": .mapping(request.inputs),
            "workspace": .string(request.workflow.workspace.rawValue), "dry_run": true,
            "steps": .sequence(
                waves.enumerated().flatMap { number, wave in
                    wave.map { step in
                        [
                            "id": .string(step.id.description), "wave": .integer(number + 1),
                            "needs": .sequence(step.needs.map { .string($0.description) }),
                            "if": Value(step.condition?.source), "compensated": .bool(step.compensation != nil),
                        ]
                    }
                }),
        ]
    }
}
