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
            deploy@{2026-11-01}) or, as in git, a commit, for every workflow. With --no-index: any two YAML or JSON files.

            Examples: wfrepo diff deploy@v3 deploy@v7; wfrepo diff --no-index --format json-patch a.yaml b.yaml
            """)

    @Argument(help: "Revisions, or two files after --no-index.")
    var revisions: [String] = []

    @Flag(help: "Compare two files, whatever repository they are in.")
    var noIndex = false

    @OptionGroup var form: DiffOptions

    func validate() throws {
        if noIndex, revisions.count != 2 { throw ValidationError("--no-index needs two files.") }
        if revisions.count > 2 { throw ValidationError("At most two revisions can be compared.") }
    }

    func run(in context: CommandContext) throws {
        guard !noIndex else { return try show(try filePair(context), pager: nil, in: context) }
        let workflows = try context.openWorkflows()
        let pairs = try RevisionPairs(workflows: workflows, context: context).pairs(revisions)
        try show(pairs, pager: try workflows.repository.configuration.string("core.pager"), in: context)
    }

    private func filePair(_ context: CommandContext) throws -> [ComparedPair] {
        let sides = try revisions.map { path in
            ComparedPair.Side(label: path, bytes: try context.readFile(path))
        }
        let isWorkflow = revisions.allSatisfy { "/\($0)".contains("/\(WorkflowRepository.folder)/") }
        return [ComparedPair(old: sides[0], new: sides[1], isWorkflow: isWorkflow, isAskedFor: true)]
    }

    private func show(_ pairs: [ComparedPair], pager: String?, in context: CommandContext) throws {
        let shown = pairs.filter { $0.differs || $0.isAskedFor }
        let comparisons = try shown.map { try DefinitionComparison($0) }
        // Large trees take as long to free as to compare, and the process ends here.
        _ = Unmanaged.passRetained(Kept(comparisons))
        if form.isForPeople {
            try context.paged(configured: pager) { try form.write(comparisons, to: $0) }
        } else {
            try form.write(comparisons, to: context)
        }
        let differs = comparisons.contains { !$0.changes.isEmpty || $0.changes.textDiffers }
        if form.exitCode, differs { throw Ended(status: .negative) }
    }
}

/// Values that are kept until the process ends.
private final class Kept {
    let comparisons: [DefinitionComparison]

    init(_ comparisons: [DefinitionComparison]) { self.comparisons = comparisons }
}
