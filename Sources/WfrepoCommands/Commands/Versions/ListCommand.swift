import ArgumentParser
import DocumentTree
import GitStore
import Glibc
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage
import WorkflowRecords

struct ListCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "list",
        abstract: "List the workflows: their versions, what starts them, and how they ran last.",
        discussion: """
            Those of the last commit; what is not saved yet is for 'wfrepo status'.

            Examples: wfrepo list; wfrepo list team/ 'nightly-*'; wfrepo list --status failed; wfrepo list --on push --name-only
            """, aliases: ["ls"])

    @Argument(
        help: ArgumentHelp("Only these: names, folders, or patterns such as 'team/*'.", valueName: "name"),
        completion: .workflows)
    var names: [String] = []

    @Option(
        name: .customLong("on"),
        help: ArgumentHelp("Only those that such an event starts (commit, push, …).", valueName: "event"),
        completion: .list(Trigger.Event.allCases.map(\.rawValue)))
    var event: String?

    @Option(
        help: "Only those whose last run has this status (running, failed, …); repeat for more.",
        completion: .list(RunStatus.allCases.map(\.rawValue)))
    var status: [String] = []

    @Flag(help: "Only those that are switched on.")
    var enabled = false

    @Flag(help: "Only those that are switched off.")
    var disabled = false

    @Flag(help: "Print the names alone.")
    var nameOnly = false

    @OptionGroup var form: OutputOptions

    func validate() throws {
        _ = try RunStatus.chosen(status)
        if enabled, disabled { throw ValidationError("Give --enabled or --disabled, not both.") }
        if nameOnly, form.json { throw ValidationError("Give --name-only or --json, not both.") }
        if let event, Trigger.Event(rawValue: event) == nil {
            let all = Trigger.Event.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("\(event) starts no workflow; there are \(all).")
        }
    }

    func run(in context: CommandContext) throws {
        let session = try RunSession(context, isLooking: true)
        let (all, problems) = try session.workflows.listed()
        let named = try chosen(all).filter(isMeant)
        let statuses = try RunStatus.chosen(status)
        // Names alone need no index.
        let isBare = nameOnly && statuses.isEmpty
        let index = isBare ? nil : try context.indexAtHand(session.workflows)
        let latest = isBare ? [:] : try RunDirectory(session: session).latestOfEach(index)
        let listed = named.filter { workflow in
            statuses.isEmpty || latest[workflow.file.name].map { statuses.contains($0.status) } ?? false
        }
        let numbers = try index?.currentNumbers(of: listed.map(\.file.name)) ?? [:]
        let rows = listed.map {
            Row(workflow: $0, number: numbers[$0.file.name], latest: latest[$0.file.name])
        }
        if form.json {
            try context.output.writeJSON(.sequence(rows.map(\.summary)))
        } else if nameOnly {
            for row in rows { context.output.writeLine(row.workflow.file.name.description) }
        } else {
            write(rows, to: context.output)
        }
        for problem in problems { context.errors.problem(visibleLine(problem.description)) }
        guard rows.isEmpty else { return }
        context.errors.writeLine(
            all.isEmpty
                ? "No workflows are saved yet: wfrepo new NAME makes one, wfrepo status shows what is in the work tree."
                : "No workflows of that kind: wfrepo list shows all.")
    }

    /// Those that the arguments name.
    ///
    /// - Throws: where one names nothing; a pattern may.
    private func chosen(_ all: [ListedWorkflow]) throws(CommandFailure) -> [ListedWorkflow] {
        let all = all.map { (workflow: $0, name: $0.file.name.description) }
        for text in names where !text.contains(where: "*?[".contains) {
            guard !all.contains(where: { Self.matches($0.name, text) }) else { continue }
            throw .unknown(
                "no workflow or folder '\(visibleLine(text))' in the last commit",
                nearest: NearestName.nearest(to: text, among: all.map(\.name)), listing: "wfrepo list")
        }
        guard !names.isEmpty else { return all.map(\.workflow) }
        return all.filter { workflow in names.contains { Self.matches(workflow.name, $0) } }.map(\.workflow)
    }

    /// A pattern is one of glob(7), in which `*` stands for any text, with slashes as well, as in git's paths.
    private static func matches(_ name: String, _ text: String) -> Bool {
        name == text || name.hasPrefix(text.hasSuffix("/") ? text : text + "/") || fnmatch(text, name, 0) == 0
    }

    private func isMeant(_ workflow: ListedWorkflow) -> Bool {
        let traits = workflow.traits
        if enabled, traits?.isEnabled != true { return false }
        if disabled, traits?.isEnabled != false { return false }
        return event.map { event in traits?.events.contains { $0.rawValue == event } ?? false } ?? true
    }

    private func write(_ rows: [Row], to output: TextOutput) {
        var table = Table()
        for row in rows {
            let latest = row.latest
            table.add(
                .init(row.workflow.file.name.description, .bold), .init(row.number.map { "v\($0)" } ?? ""),
                .init(row.start, row.startStyle), .init(latest?.status.rawValue ?? "", latest?.status.style ?? .dim),
                .init(latest.map { "\($0.time)" } ?? "", .dim), .init(row.workflow.traits?.title ?? "", .dim))
        }
        table.write(to: output)
    }
}

extension ListCommand {
    /// A workflow with its version's number and its latest run, as far as they are known.
    private struct Row {
        let workflow: ListedWorkflow
        let number: Int?
        let latest: ListedRun?

        /// What starts it.
        var start: String {
            guard let traits = workflow.traits else { return "faulty" }
            guard traits.isEnabled else { return "disabled" }
            return traits.events.isEmpty ? "by hand" : traits.events.map(\.rawValue).joined(separator: ", ")
        }

        var startStyle: Style {
            guard let traits = workflow.traits else { return .red }
            return traits.isEnabled ? .cyan : .yellow
        }

        /// What scripts learn.
        var summary: Value {
            let traits = workflow.traits
            return [
                "workflow": .string(workflow.file.name.description), "path": .string(workflow.file.path),
                "version": Value(number), "valid": .bool(traits != nil),
                "enabled": traits.map { .bool($0.isEnabled) } ?? .null,
                "on": .sequence(traits?.events.map { .string($0.rawValue) } ?? []), "title": Value(traits?.title),
                "last_run": latest?.summary ?? .null,
            ]
        }
    }
}
