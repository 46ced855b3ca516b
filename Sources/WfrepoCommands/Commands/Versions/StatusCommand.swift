import ArgumentParser
import DocumentTree
import GitStore
import WorkflowHistory
import WorkflowLanguage

struct StatusCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "status", abstract: "Show what is changed and not saved, and what needs attention.")

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let workflows = try context.openWorkflows()
        let status = try workflows.status(dormant: Trigger.Event.dormant)
        if form.json { return try context.output.writeJSON(status.summary) }
        write(status, to: context.output)
    }

    private func write(_ status: WorkflowStatus, to output: TextOutput) {
        let place =
            status.branch.map { "On branch \($0)" } ?? "HEAD detached at \(status.tip?.object.short() ?? "nothing")"
        output.writeLine("\(visibleLine(place)), \(status.count) workflow\(status.count == 1 ? "" : "s")")
        if status.state != .clean {
            output.note("git is in the middle of a \(status.state.phrase); 'git status' says how to end it")
        }
        if status.tip == nil { output.writeLine("No commits yet") }
        if status.count == 0, status.changes.isEmpty {
            output.writeLine("No workflows yet: wfrepo new NAME makes one")
        } else if status.changes.isEmpty {
            output.writeLine("Nothing to save: every workflow is as committed")
        } else {
            writeChanges(status.changes, to: output)
        }
        if !status.ignored.isEmpty {
            output.writeLine(
                "Hidden by git's ignore rules (wfrepo commit FILE saves one all the same, git check-ignore -v FILE names the rule):"
            )
            for path in status.ignored { output.writeLine("  \(visibleLine(path))") }
        }
        for problem in status.problems {
            output.problem(visibleLine(problem.description))
        }
        for trigger in status.dormantTriggers { output.note(dormant: trigger.event, of: trigger.name) }
    }

    private func writeChanges(_ changes: [WorkflowStatus.Change], to output: TextOutput) {
        output.writeLine("Not saved yet (wfrepo commit [NAME...] saves, wfrepo diff shows):")
        var table = Table()
        for change in changes {
            table.add(
                .init(change.kind.rawValue, change.kind.style), .init(change.name?.description ?? change.path),
                .init(change.isStaged ? "staged" : "", .dim))
        }
        table.write(to: output, indent: "  ")
        for problem in changes.flatMap(\.problems) {
            output.writeLine("  " + output.styled(visibleLine(problem.description), .red))
        }
    }
}

extension RepositoryState {
    /// The operation, as git calls it.
    fileprivate var phrase: String {
        switch self {
        case .cherryPick: "cherry-pick"
        case .applyMailbox: "git am"
        default: rawValue
        }
    }
}

extension WorkflowStatus.Change.Kind {
    fileprivate var style: Style {
        switch self {
        case .new: .green
        case .changed: .yellow
        case .deleted, .conflicted: .red
        }
    }
}

extension WorkflowStatus {
    /// What scripts learn.
    fileprivate var summary: Value {
        [
            "branch": Value(branch), "commit": Value(tip?.description), "state": .string("\(state)"),
            "workflows": .integer(count),
            "changes": .sequence(
                changes.map { change in
                    [
                        "path": .string(change.path), "workflow": Value(change.name?.description),
                        "change": .string(change.kind.rawValue), "staged": .bool(change.isStaged),
                        "problems": .sequence(change.problems.map(\.summary)),
                    ]
                }),
            "ignored": .sequence(ignored.map(Value.string)),
            "problems": .sequence(problems.map(\.summary)),
            "dormant_triggers": .sequence(
                dormantTriggers.map {
                    ["workflow": .string($0.name.description), "event": .string($0.event.rawValue)]
                }),
        ]
    }
}

extension DefinitionProblem {
    /// What scripts learn of a fault.
    var summary: Value {
        [
            "path": .string(path), "line": Value(position?.line), "column": Value(position?.column),
            "message": .string(message), "hint": Value(hint),
        ]
    }
}
