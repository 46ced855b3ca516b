import ArgumentParser
import DocumentTree
import GitStore
import WorkflowHistory
import WorkflowLanguage
import WorkflowRecords

struct RollbackCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "rollback", abstract: "Bring workflows back to an earlier state, as one revert commit.",
        discussion: """
            The definition is restored byte for byte. The commit names the commits that it undoes, what it restored and \
            why; it is a version itself and can be rolled back. Several workflows are one commit: all or none.

            Examples: wfrepo rollback deploy --to v5 --reason "v6 breaks the login"; wfrepo rollback --all --to HEAD~3 \
            --reason "Friday's changes"
            """)

    @Argument(help: "The workflows.", completion: .workflows)
    var names: [String] = []

    @Option(
        help: ArgumentHelp("The state to restore: v5, HEAD~3, main, a commit, {2026-11-01}.", valueName: "revision"),
        completion: .versions)
    var to: String

    @Option(parsing: .unconditional, help: "Why; it stands in the commit as 'Reason:'.")
    var reason: String

    @Flag(help: "Roll back every workflow.")
    var all = false

    @OptionGroup var way: WayBackOptions
    @OptionGroup var form: OutputOptions

    func validate() throws {
        if names.isEmpty != all { throw ValidationError("Name the workflows, or use --all.") }
    }

    func run(in context: CommandContext) throws {
        let workflows = try context.openWorkflows()
        let selector = try RevisionSelector.parse(state, calendar: context.calendar)
        let plan =
            all
            ? try workflows.planRollbackOfAll(to: selector, reason: reason, allowsSecrets: way.allowSecret)
            : try workflows.planRollback(
                try names.map(context.workflowName), to: selector, reason: reason, allowsSecrets: way.allowSecret)
        if !form.json { write(plan, to: context.output) }
        guard !way.dryRun else {
            return try way.finish(nil, summary(of: plan, saved: nil), as: form, in: context)
        }
        guard form.json || way.isWanted("Roll back?", in: context) else {
            throw CommandFailure("nothing was rolled back", status: .negative)
        }
        context.output.flush()
        let saved = try context.audited(
            "wfrepo rollback", as: .workflowRolledBack, of: plan.items.map(\.name), reason: reason, in: workflows
        ) {
            try workflows.apply(plan, context: try context.saveContext(workflows.repository))
        }
        tell(of: plan, in: context, workflows)
        try way.finish(saved, summary(of: plan, saved: saved), as: form, in: context)
    }

    /// The state as typed; elsewhere a version is written with its workflow, and so it may be here.
    private var state: String {
        guard names.count == 1, to.hasPrefix("\(names[0])@") else { return to }
        return String(to.dropFirst(names[0].count + 1))
    }

    /// Tells those whom the definitions that hold now name.
    private func tell(of plan: RollbackPlan, in context: CommandContext, _ workflows: WorkflowRepository) {
        let settings = (try? workflows.settings()) ?? .standard
        for item in plan.items {
            guard let new = item.change.new, let workflow = Workflow.parse(new.bytes, name: item.name).workflow else {
                continue
            }
            RunNotices(context, workflows.repository).tell([.rollback], workflow, nil, settings)
        }
    }

    private func write(_ plan: RollbackPlan, to output: TextOutput) {
        for item in plan.items {
            let from = item.from?.label ?? "nothing"
            let to = item.to.map { $0.file == nil ? "its removal" : $0.label } ?? "before its creation: it is removed"
            output.writeLine("\(item.name): \(from) → \(to)")
            for problem in item.problems {
                output.write("  ")
                output.warning(problem.description)
            }
        }
        for name in plan.unchanged { output.writeLine("\(name): is as asked for already") }
        for secret in plan.secrets where way.dryRun { output.refusal(secret.description) }
        output.writeLine("undoes \(plan.undone.map { $0.object.short() }.joined(separator: ", "))")
    }

    private func summary(of plan: RollbackPlan, saved: SavedCommit?) -> Value {
        [
            "commit": Value(saved?.commit.description), "subject": .string(plan.message.subject),
            "reason": .string(plan.reason), "dry_run": .bool(way.dryRun),
            "reverts": .sequence(plan.undone.map { .string($0.description) }),
            "workflows": .sequence(
                plan.items.map { item in
                    [
                        "workflow": .string(item.name.description), "from": Value(item.from?.label),
                        "to": Value(item.to?.label), "path": .string(item.change.path),
                        "removed": .bool(item.change.new == nil),
                        "problems": .sequence(item.problems.map(\.summary)),
                    ]
                }),
            "unchanged": .sequence(plan.unchanged.map { .string($0.description) }),
            "secrets": .sequence(plan.secrets.map(\.summary)),
        ]
    }
}
