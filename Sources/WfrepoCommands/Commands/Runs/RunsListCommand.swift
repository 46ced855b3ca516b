import ArgumentParser
import DocumentTree
import GitStore
import WorkflowEngine
import WorkflowLanguage

struct RunsListCommand: WfrepoCommand {
    static let manual = CommandConfiguration(commandName: "list", abstract: "List runs, newest first.")

    @Argument(help: "Only runs of this workflow.", completion: .workflows)
    var workflow: String?

    @Option(name: [.customShort("n", allowingJoined: true), .customLong("limit")], help: "The most runs to list.")
    var limit = 20

    @Option(
        help: "Only runs of this status (running, failed, …); repeat for more.",
        completion: .list(RunStatus.allCases.map(\.rawValue)))
    var status: [String] = []

    @OptionGroup var form: OutputOptions

    func validate() throws {
        if limit < 0 { throw ValidationError("--limit takes a whole number from 0.") }
        _ = try RunStatus.chosen(status)
    }

    func run(in context: CommandContext) throws {
        try Library.readWithoutHashing()
        let session = try RunSession(context, isLooking: true)
        let directory = RunDirectory(session: session)
        let workflow = try workflow.map(context.workflowName)
        let statuses = try RunStatus.chosen(status)
        func refuseUnknown() throws {
            if let workflow { try context.refuseUnknown(workflow, in: context.openIndex(session.repository)) }
        }
        if form.json {
            return try context.output.writeJSONList(ifEmpty: refuseUnknown) { write in
                try directory.forEachRecord(limit, workflow: workflow, statuses: statuses) { try write($0.value) }
            }
        }
        let runs = try directory.listed(limit, workflow: workflow, statuses: statuses)
        if runs.isEmpty { try refuseUnknown() }
        var table = Table()
        for run in runs {
            table.add(
                .init(run.run.description), .init(run.status.rawValue, run.status.style), .init(run.versionLabel),
                .init("\(run.time)", .dim), .init(run.duration?.shortText ?? "", alignsRight: true),
                .init(run.trigger, .dim))
        }
        table.write(to: context.output)
        let left = try session.engine.runsToTakeUp()
        if let first = left.first {
            let others = left.count > 1 ? ", and so could \(left.count - 1) more" : ""
            try session.noteLeft(first, "\(others); go on with: wfrepo runs resume --all")
        }
        guard runs.isEmpty else { return }
        let isChosen = workflow != nil || !status.isEmpty || limit == 0
        context.errors.writeLine(
            isChosen ? "No runs of that kind: wfrepo runs list shows all." : "No runs yet: wfrepo run NAME starts one.")
    }
}

extension RunStatus {
    /// Those that a person names.
    static func chosen(_ words: [String]) throws -> Set<RunStatus> {
        try Set(
            words.map { word in
                guard let status = RunStatus(rawValue: word) else {
                    let all = allCases.map(\.rawValue).joined(separator: ", ")
                    throw ValidationError("\(word) is no status; there are \(all).")
                }
                return status
            })
    }
}
