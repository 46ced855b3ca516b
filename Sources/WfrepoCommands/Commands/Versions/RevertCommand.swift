import ArgumentParser
import DocumentTree
import GitStore
import WorkflowHistory
import WorkflowLanguage
import WorkflowRecords

struct RevertCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "revert",
        abstract: "Undo one version of a workflow and keep the later ones, as one revert commit.",
        discussion: """
            What the version did is taken out of the present definition by structure. Where later versions changed the \
            same fields, they are named, nothing is changed, and the exit status is 1. To go back to a version, see \
            'wfrepo rollback'.

            Example: wfrepo revert deploy@v6 --reason "the retries doubled the orders"
            """)

    @Argument(help: "The version: deploy@v6, deploy@<sha>; without '@', the last one.", completion: .revisions)
    var revision: String

    @Option(parsing: .unconditional, help: "Why; it stands in the commit as 'Reason:'.")
    var reason: String

    @OptionGroup var way: WayBackOptions
    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let workflows = try context.openWorkflows()
        let plan = try workflows.planRevert(
            try context.revision(revision), reason: reason, allowsSecrets: way.allowSecret)
        guard plan.conflicts.isEmpty else { return try refuse(plan, in: context) }
        if !form.json { try write(plan, in: context) }
        guard !way.dryRun else {
            return try way.finish(nil, summary(of: plan, saved: nil), as: form, in: context)
        }
        guard form.json || way.isWanted("Revert?", in: context) else {
            throw CommandFailure("nothing was reverted", status: .negative)
        }
        let saved = try context.audited(
            "wfrepo revert", as: .workflowReverted, of: [plan.name], reason: reason, in: workflows
        ) {
            try workflows.apply(plan, context: try context.saveContext(workflows.repository))
        }
        try way.finish(saved, summary(of: plan, saved: saved), as: form, in: context)
    }

    private func refuse(_ plan: RevertPlan, in context: CommandContext) throws {
        if form.json {
            try context.output.writeJSON(summary(of: plan, saved: nil))
        } else {
            let errors = context.errors
            errors.report(
                CommandFailure("\(plan.name) \(plan.version.label) can't be undone alone; nothing was changed"))
            for conflict in plan.conflicts { errors.writeLine("  " + visibleLine(conflict.description)) }
            errors.hint("edit the file and save it ('wfrepo commit \(plan.name)'), or undo the later versions first")
        }
        throw Ended(status: .negative)
    }

    private func write(_ plan: RevertPlan, in context: CommandContext) throws {
        let commit = plan.version.commit.object.short()
        context.output.writeLine("undoes \(plan.name) \(plan.version.label) (\(commit))")
        if let old = plan.changes.first(where: { $0.old != nil }),
            let new = plan.changes.first(where: { $0.new != nil })
        {
            let pair = ComparedPair(
                old: .init(label: old.path, bytes: old.old?.bytes), new: .init(label: new.path, bytes: new.new?.bytes))
            // Where today's parser can't read an old definition, the commit shows it still.
            if pair.differs, let comparison = try? DefinitionComparison(pair) {
                context.output.write(comparison.text(isColored: context.output.isColored))
            }
            if old.path != new.path { context.output.writeLine("\(old.path) → \(new.path)") }
        } else if let change = plan.changes.first {
            context.output.writeLine(change.new == nil ? "\(change.path) is removed" : "\(change.path) comes back")
        }
        for problem in plan.problems {
            context.output.warning(problem.description)
        }
        for secret in plan.secrets where way.dryRun { context.output.refusal(secret.description) }
    }

    private func summary(of plan: RevertPlan, saved: SavedCommit?) -> Value {
        [
            "workflow": .string(plan.name.description), "version": Value(plan.version.label),
            "reverts": [.string(plan.version.commit.description)], "commit": Value(saved?.commit.description),
            "subject": .string(plan.message.subject), "reason": .string(plan.reason), "dry_run": .bool(way.dryRun),
            "paths": .sequence(plan.changes.map { .string($0.path) }),
            "conflicts": .sequence(
                plan.conflicts.map { conflict in
                    [
                        "place": .string(conflict.place), "reason": .string(conflict.reason),
                        "version": Value(conflict.version?.label),
                    ]
                }),
            "problems": .sequence(plan.problems.map(\.summary)),
            "secrets": .sequence(plan.secrets.map(\.summary)),
        ]
    }
}
