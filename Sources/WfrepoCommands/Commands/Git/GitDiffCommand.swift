import ArgumentParser
import DocumentTree
import WorkflowLanguage

/// git's `diff.wfrepo.command`: what `git diff` shows of a definition.
///
/// Source: git(1), GIT_EXTERNAL_DIFF: `path old-file old-hex old-mode new-file new-hex new-mode`, with one more name and a
/// header behind them for a rename; the path alone for an unmerged file.
struct GitDiffCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "git-diff", abstract: "Compare two versions of a file for 'git diff'.", shouldDisplay: false)

    @Argument(parsing: .captureForPassthrough)
    var arguments: [String] = []

    func run(in context: CommandContext) throws {
        guard let path = arguments.first else { throw CommandFailure("git gives a path", status: .usage) }
        guard arguments.count >= 7 else { return context.output.writeLine("* Unmerged path \(visibleLine(path))") }
        let newPath = arguments.count > 7 ? arguments[7] : path
        let pair = ComparedPair(
            old: .init(label: "a/\(path)", bytes: try content(arguments[1], in: context), path: path),
            new: .init(label: "b/\(newPath)", bytes: try content(arguments[4], in: context), path: newPath),
            isWorkflow: WorkflowName(path: newPath) != nil)
        do {
            context.output.write(try DefinitionComparison(pair).text(isColored: isColored(context)))
        } catch {
            context.output.writeLine("--- a/\(visibleLine(path))\n+++ b/\(visibleLine(newPath))")
            context.output.writeLine("not compared by structure: \(visible("\(error.position): \(error.message)"))")
        }
    }

    private func content(_ file: String, in context: CommandContext) throws -> [UInt8]? {
        file == "/dev/null" ? nil : try context.readFile(file)
    }

    /// git sets up the pager before it calls us, so a terminal is not to be seen; it says so by `GIT_PAGER_IN_USE`.
    private func isColored(_ context: CommandContext) -> Bool {
        guard context.variable("GIT_PAGER_IN_USE") != nil, context.variable("NO_COLOR") == nil else {
            return context.output.isColored
        }
        return true
    }
}
