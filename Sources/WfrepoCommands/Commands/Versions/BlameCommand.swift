import ArgumentParser
import DocumentTree
import GitStore
import WorkflowHistory
import WorkflowLanguage
import WorkflowRecords

struct BlameCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "blame", abstract: "Show which version last changed each step and each field, who, and when.",
        discussion: """
            What counts is the meaning: layout, comments and mere renames are passed over; what a step waits for counts, \
            also where that follows from the order of steps.

            Examples: wfrepo blame deploy; wfrepo blame deploy@v7; wfrepo blame deploy@worktree
            """)

    @Argument(help: "The workflow, or a revision of it.", completion: .revisions)
    var revision: String

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let workflows = try context.openWorkflows()
        let lines = try workflows.blame(try context.revision(revision))
        let runs = try runsSince(lines, in: context, workflows)
        if form.json {
            return try context.output.writeJSON(
                .sequence(
                    zip(lines, runs).map { line, runs in
                        var summary = line.summary
                        summary["runs_since"] = runs?.summary
                        return summary
                    }))
        }
        var table = Table()
        for (line, runs) in zip(lines, runs) {
            table.add(
                row(line) + [Table.Cell(runs.map { $0.runs == 0 ? "no runs since" : "\($0.words) since" } ?? "", .dim)])
        }
        context.paged(configured: try workflows.repository.configuration.string("core.pager")) { context in
            table.write(to: context.output)
        }
    }

    /// How the runs went since the version that last changed each part; nil where nobody knows.
    private func runsSince(
        _ lines: [BlameLine], in context: CommandContext, _ workflows: WorkflowRepository
    ) throws -> [RunTotals?] {
        guard let index = try context.indexAtHand(workflows) else { return lines.map { _ in nil } }
        var runs = VersionRuns(index)
        let names = Set(lines.compactMap(\.entry?.version.name)).union([try context.revision(revision).name])
        return try lines.map { line in
            try line.entry.flatMap { try runs.totals(since: $0.version, calledLater: names) }
        }
    }

    private func row(_ line: BlameLine) -> [Table.Cell] {
        let part = Table.Cell(line.part.description, .bold)
        guard let entry = line.entry else { return [part, Table.Cell("not saved yet", .dim)] }
        return [
            part, Table.Cell(entry.version.label, .yellow), Table.Cell(entry.version.commit.object.short(), .dim),
            Table.Cell(String(entry.date.prefix(10))), Table.Cell(entry.author.name), Table.Cell(entry.subject),
        ]
    }
}

extension BlameLine {
    /// What scripts learn of a part.
    fileprivate var summary: Value {
        var summary: Value = ["part": .string(part.description), "line": .integer(line)]
        switch part {
        case .field(let name): summary["field"] = .string(name)
        case .step(let id): summary["step"] = .string(id)
        }
        summary["step_then"] = nameThen.map { .string($0) }
        summary["version"] = Value(entry?.version.number)
        summary["commit"] = Value(entry?.version.commit.description)
        summary["author"] = Value(entry?.author.name)
        summary["email"] = Value(entry?.author.email)
        summary["date"] = Value(entry?.date)
        summary["subject"] = Value(entry?.subject)
        return summary
    }
}
