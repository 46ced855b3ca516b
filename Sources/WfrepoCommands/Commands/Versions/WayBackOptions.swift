import ArgumentParser
import DocumentTree
import WorkflowHistory

/// What the commands that go back in history have in common.
struct WayBackOptions: ParsableArguments {
    @Flag(help: "Show what would happen, and change nothing.")
    var dryRun = false

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @Flag(help: "Go back although something looks like a credential in clear text.")
    var allowSecret = false

    /// Whether a plan that was shown is to be carried out. Where nobody can answer, nobody is asked.
    func isWanted(_ question: String, in context: CommandContext) -> Bool {
        yes || !context.terminal.inputIsTerminal || context.terminal.confirms(question, on: context.output)
    }

    /// Tells what came of a plan.
    ///
    /// - Parameters:
    ///   - saved: nil where it was only to be shown.
    ///   - summary: what scripts learn.
    func finish(
        _ saved: SavedCommit?, _ summary: Value, as form: OutputOptions, in context: CommandContext
    ) throws {
        if form.json { return try context.output.writeJSON(summary) }
        if let saved { context.report(saved) } else { context.output.writeLine("Nothing was changed (--dry-run).") }
    }
}
