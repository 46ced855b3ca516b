import ArgumentParser
import DocumentTree
import GitStore
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage
import WorkflowRecords
import WorkflowTemplates

struct TemplateStatsCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "stats", abstract: "Tell how often each template is used, and how its workflows fare.")

    @OptionGroup var form: OutputOptions

    /// How many of the latest runs are looked at.
    private static let latestRuns = 10_000

    private struct Use {
        var workflows: [String] = []
        var outdated: [String] = []
        var runs = 0
        var succeeded = 0
    }

    func run(in context: CommandContext) throws {
        let workflows = try context.openWorkflows()
        let catalog = try TemplateCatalog.all(context)
        var runs: [WorkflowName: (count: Int, succeeded: Int)] = [:]
        for summary in try RecordReader(workflows.repository).latest(Self.latestRuns, where: { _ in true }).map(
            \.summary)
        {
            runs[summary.workflow, default: (0, 0)].count += 1
            if summary.status == .succeeded { runs[summary.workflow, default: (0, 0)].succeeded += 1 }
        }
        var uses = Dictionary(uniqueKeysWithValues: catalog.templates.map { ($0.name, Use()) })
        for file in try workflows.workflows(in: tree(workflows)).files {
            guard let origin = try TemplateOrigin(of: file.name, in: workflows) else { continue }
            let name = file.name.description
            uses[origin.template, default: Use()].workflows.append(name)
            let current = catalog.templates.first { $0.name == origin.template }.map(catalog.version)
            // Nothing can be brought in of a template that is gone.
            if let current, origin.version != current { uses[origin.template]?.outdated.append(name) }
            uses[origin.template]?.runs += runs[file.name]?.count ?? 0
            uses[origin.template]?.succeeded += runs[file.name]?.succeeded ?? 0
        }
        let sorted = uses.sorted { ($1.value.workflows.count, $0.key) < ($0.value.workflows.count, $1.key) }
        try form.json ? writeJSON(sorted, context.output) : write(sorted, context.output)
    }

    private func tree(_ workflows: WorkflowRepository) throws -> TreeID? {
        try workflows.repository.head.tip.map { try workflows.repository.commit($0).tree }
    }

    private func write(_ uses: [(key: String, value: Use)], _ output: TextOutput) {
        var table = Table()
        for (name, use) in uses {
            let runs =
                use.runs == 0
                ? "" : "\(use.runs) run\(use.runs == 1 ? "" : "s"), \(use.succeeded * 100 / use.runs) % succeeded"
            let outdated = use.outdated.isEmpty ? "" : "to update: \(use.outdated.joined(separator: ", "))"
            table.add(
                .init(name, .bold), .init("\(use.workflows.count)", alignsRight: true),
                .init("workflow\(use.workflows.count == 1 ? "" : "s")"), .init(runs),
                .init(outdated, .yellow))
        }
        table.write(to: output)
    }

    private func writeJSON(_ uses: [(key: String, value: Use)], _ output: TextOutput) throws {
        try output.writeJSON(
            .sequence(
                uses.map { name, use in
                    [
                        "template": .string(name), "workflows": .sequence(use.workflows.map { .string($0) }),
                        "outdated": .sequence(use.outdated.map { .string($0) }), "runs": .integer(use.runs),
                        "succeeded": .integer(use.succeeded),
                    ]
                }))
    }
}
