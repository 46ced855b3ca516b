import ArgumentParser
import DocumentTree
import GitStore
import WorkflowRecords

struct MaintenanceCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "maintenance", abstract: "Repack what runs and saves have written, and clear up after crashes.",
        discussion: """
            Packs grow in a geometric row, so that it never costs much more than what is new. It may run beside anything, and \
            runs by itself in the background when it is due.
            """)

    @Flag(help: "Only where it is due.")
    var auto = false

    @Flag(help: "Make one pack of all, its differences found anew: after an import, or once for an older repository.")
    var full = false

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let repository = try context.openRepository()
        let maintenance = Maintenance(repository, git: context.git(repository))
        guard try !auto || maintenance.isDue else {
            return form.json
                ? try context.output.writeJSON(["done": false]) : context.output.writeLine("Nothing is due.")
        }
        if auto { try context.makeCheckpoint(in: repository) }
        guard let outcome = try maintenance.run(isFull: full) else {
            guard !form.json else { return try context.output.writeJSON(["done": false]) }
            return context.output.writeLine("Another maintenance is at work.")
        }
        if form.json { return try context.output.writeJSON(value(outcome)) }
        let (before, after) = (outcome.before, outcome.after)
        context.output.writeLine(
            "loose objects \(before.loose) → \(after.loose), packs \(before.packs) → \(after.packs)")
        for path in outcome.cleared { context.output.writeLine("removed \(visible(path)), which a crash had left") }
    }

    private func value(_ outcome: Maintenance.Outcome) -> Value {
        func counts(_ counts: ObjectCounts) -> Value {
            ["loose": .integer(counts.loose), "packs": .integer(counts.packs)]
        }
        return [
            "done": true, "before": counts(outcome.before), "after": counts(outcome.after),
            "cleared": .sequence(outcome.cleared.map { .string($0) }),
        ]
    }
}

extension CommandContext {
    /// Starts a maintenance in the background where it is due. `gc.auto=0` asks git and us to leave that.
    func maintainWhenDue(_ repository: Repository) {
        do {
            guard try repository.configuration.integer("gc.auto") != 0,
                try Maintenance(repository, git: git(repository)).isDue
            else { return }
            try BackgroundProcess(self).start(["maintenance", "--auto"], in: repository)
        } catch {
            errors.warning("no maintenance: \(CommandFailure(for: error).message)")
        }
    }
}
