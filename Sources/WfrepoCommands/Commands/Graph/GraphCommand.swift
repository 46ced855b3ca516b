import ArgumentParser
import GitStore
import StructuralDiff
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage

struct GraphCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "graph", abstract: "Draw the steps of a workflow: their order, and what undoes them.",
        discussion: """
            With --run, how that run went, drawn on the definition that it ran. With two revisions, what changed from the \
            first to the second.

            Examples: wfrepo graph deploy@v3 deploy@v7; wfrepo graph deploy --format svg > deploy.svg
            """)

    @Argument(help: "The workflow, or one or two revisions of it.", completion: .revisions)
    var revisions: [String]

    @Option(help: ArgumentHelp("Show how this run went.", valueName: "id"), completion: .runs)
    var run: String?

    @Option(help: "text, mermaid, dot (Graphviz) or svg.")
    var format = Format.text

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, mermaid, dot, svg
    }

    func validate() throws {
        if revisions.count > 2 { throw ValidationError("At most two revisions can be compared.") }
        if run != nil, revisions.count == 2 { throw ValidationError("--run goes with one workflow.") }
    }

    func run(in context: CommandContext) throws {
        let workflows = try context.openWorkflows()
        let source = GraphSource(workflows: workflows, context: context)
        let drawing =
            try run.map { try source.drawing(ofRun: $0, of: revisions[0]) }
            ?? (revisions.count == 2
                ? source.drawing(from: revisions[0], to: revisions[1]) : source.drawing(of: revisions[0]))
        switch format {
        case .mermaid: context.output.write(drawing.mermaid)
        case .dot: context.output.write(drawing.dot)
        case .svg: context.output.write(drawing.svg)
        case .text:
            let pager = try workflows.repository.configuration.string("core.pager")
            context.paged(configured: pager) { GraphText(drawing).write(to: $0.output, columns: $0.terminal.columns) }
        }
    }
}

/// Finds what a drawing shows.
struct GraphSource {
    let workflows: WorkflowRepository
    let context: CommandContext

    /// The definition of a revision.
    func drawing(of revision: String) throws -> GraphDrawing {
        let resolved = try workflows.resolve(try context.revision(revision))
        return GraphDrawing(try parsed(resolved.bytes, resolved.name, resolved.path), title: resolved.label)
    }

    /// What changed between two revisions.
    func drawing(from old: String, to new: String) throws -> GraphDrawing {
        let (old, new) = (
            try workflows.resolve(try context.revision(old)), try workflows.resolve(try context.revision(new))
        )
        let (before, after) = (
            try parsed(old.bytes, old.name, old.path), try parsed(new.bytes, new.name, new.path)
        )
        let title = "\(old.label) → \(new.label)"
        let pair = ComparedPair(
            old: ComparedPair.Side(label: old.label, bytes: old.bytes),
            new: ComparedPair.Side(label: new.label, bytes: new.bytes), isWorkflow: true)
        let comparison = try DefinitionComparison(pair)
        guard !comparison.changes.isEmpty else { return GraphDrawing(after, title: title + ": the same") }
        return GraphDrawing(WorkflowComparison(comparison.document, old: before, new: after), title: title)
    }

    /// How a run went.
    func drawing(ofRun text: String, of revision: String) throws -> GraphDrawing {
        let session = try RunSession(context, workflows: workflows)
        let directory = RunDirectory(session: session)
        let record = try directory.record(try directory.run(text))
        let name = try context.revision(revision).name
        guard record.definition.workflow == name else {
            throw CommandFailure(
                "run \(record.run) is one of \(record.definition.workflow), not of \(name)",
                hint: "wfrepo graph \(record.definition.workflow) --run \(record.run)")
        }
        let bytes = try workflows.repository.blob(record.definition.blob)
        let workflow = try parsed(bytes, name, record.definition.path)
        let steps = Dictionary(record.steps.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let title = "\(record.versionLabel), run \(record.run): \(record.status.rawValue)"
        var drawing = GraphDrawing(workflow, title: title + (record.duration.map { " in \($0.shortText)" } ?? ""))
        for (place, step) in workflow.steps.enumerated() {
            guard let step = steps[step.id] else { continue }
            drawing.nodes[place].mark = GraphDrawing.Mark(step.status)
            drawing.nodes[place].note = [step.duration?.shortText ?? "", StepMark(step).note].filter { !$0.isEmpty }
                .joined(separator: ", ")
        }
        return drawing
    }

    private func parsed(_ bytes: [UInt8], _ name: WorkflowName, _ path: String) throws -> Workflow {
        let result = Workflow.parse(bytes, name: name, file: path)
        guard let workflow = result.workflow else { throw InvalidDefinition(problems: result.errors) }
        return workflow
    }
}

extension GraphDrawing.Mark {
    /// How a step of a run stands.
    init(_ status: StepStatus) {
        self =
            switch status {
            case .pending, .ready: .plain
            case .running, .compensating: .running
            case .retrying, .waiting: .waiting
            case .succeeded: .succeeded
            case .failed, .compensationFailed: .failed
            case .skipped: .skipped
            case .cancelled: .cancelled
            case .compensated: .undone
            }
    }
}
