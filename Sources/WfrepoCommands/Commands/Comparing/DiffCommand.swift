import ArgumentParser
import DocumentTree
import GitStore
import StructuralDiff
import WorkflowHistory
import WorkflowLanguage

struct DiffCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "diff", abstract: "Show what changed between two versions, by structure.",
        discussion: """
            Without a revision: the work tree beside the last commit, every workflow. With one: the work tree beside it. \
            With two: the second beside the first. A revision names a workflow's state (deploy@v3, deploy@HEAD~2, \
            deploy@{2026-11-01}) or, as in git, a commit, for every workflow. A..B is the same as A B. With --no-index: any two YAML or JSON files.

            Examples: wfrepo diff deploy@v3 deploy@v7; wfrepo diff --no-index --format json-patch a.yaml b.yaml
            """)

    @Argument(help: "Revisions, or two files after --no-index.", completion: .revisions)
    var revisions: [String] = []

    @Flag(help: "Compare two files, whatever repository they are in.")
    var noIndex = false

    @Flag(
        name: [.customLong("cached"), .customLong("staged")],
        help: "What is staged, beside the last commit or the revision.")
    var cached = false

    @OptionGroup var form: DiffOptions

    func validate() throws {
        if noIndex, revisions.count != 2 { throw ValidationError("--no-index needs two files.") }
        if noIndex, cached { throw ValidationError("--no-index and --cached exclude each other.") }
        if cached, revisions.count > 1 { throw ValidationError("--cached compares with one revision.") }
        if revisions.count > 2 { throw ValidationError("At most two revisions can be compared.") }
    }

    func run(in context: CommandContext) throws {
        guard !noIndex else { return try show(try filePair(context), pager: nil, failures: [], in: context) }
        let workflows = try context.openWorkflows()
        var finder = RevisionPairs(workflows: workflows, context: context)
        let pairs = try cached ? finder.staged(beside: revisions.first) : finder.pairs(revisions)
        try show(
            pairs, pager: try workflows.repository.configuration.string("core.pager"), failures: finder.failures,
            in: context)
    }

    private func filePair(_ context: CommandContext) throws -> [ComparedPair] {
        let sides = try revisions.map { path in
            ComparedPair.Side(label: path, bytes: try context.readFile(path))
        }
        let isWorkflow = revisions.allSatisfy { "/\($0)".contains("/\(WorkflowRepository.folder)/") }
        return [ComparedPair(old: sides[0], new: sides[1], isWorkflow: isWorkflow, isAskedFor: true)]
    }

    private func show(
        _ pairs: [ComparedPair], pager: String?, failures: [any Error], in context: CommandContext
    ) throws {
        var failures = failures
        var comparisons: [DefinitionComparison] = []
        for pair in pairs where pair.differs || pair.move != nil || pair.isAskedFor {
            do throws(DocumentError) {
                comparisons.append(try DefinitionComparison(pair))
            } catch {
                // One that nobody named keeps no others from being shown.
                guard !pair.isAskedFor else { throw error }
                failures.append(error)
            }
        }
        // Large trees take as long to free as to compare, and the process ends here.
        _ = Unmanaged.passRetained(Kept(comparisons))
        let modes = pairs.compactMap(\.modeChange)
        if form.isForPeople {
            try context.paged(configured: pager) { context in
                try form.write(comparisons, to: context)
                for mode in modes where !form.stat && !form.nameOnly { context.output.writeLine(visibleLine(mode)) }
            }
        } else {
            try form.write(comparisons, to: context)
        }
        guard failures.isEmpty else {
            context.output.flush()
            for failure in failures { context.errors.report(CommandFailure(for: failure)) }
            throw Ended(status: .failure)
        }
        let differs = comparisons.contains { !$0.isEmpty }
        if form.exitCode, differs || !modes.isEmpty { throw Ended(status: .negative) }
    }
}

/// Values that are kept until the process ends.
private final class Kept {
    let comparisons: [DefinitionComparison]

    init(_ comparisons: [DefinitionComparison]) { self.comparisons = comparisons }
}
