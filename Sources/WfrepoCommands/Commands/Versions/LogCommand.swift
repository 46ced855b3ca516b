import ArgumentParser
import DocumentTree
import GitStore
import WorkflowHistory
import WorkflowLanguage

struct LogCommand: WfrepoCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "List the versions of a workflow, or of all, newest first.",
        discussion: """
            Examples: wfrepo log deploy; wfrepo log -p deploy; wfrepo log --step load deploy; wfrepo log --since '3 days \
            ago' --author ada
            """)

    @Argument(help: "The workflow; without one, all of them.")
    var name: String?

    @Option(
        name: [.customShort("n"), .customLong("limit"), .customLong("max-count")], help: "The most versions to list.")
    var limit: Int?

    @Flag(help: "One line a version.")
    var oneline = false

    @Flag(name: .shortAndLong, help: "Show what each version changed, by structure.")
    var patch = false

    @Option(help: ArgumentHelp("Only the versions that changed this step, through its renames.", valueName: "id"))
    var step: String?

    @OptionGroup var filter: LogFilterOptions

    @OptionGroup var form: OutputOptions

    func validate() throws {
        if let limit, limit < 0 { throw ValidationError("--limit takes a whole number from 0.") }
        if step != nil, name == nil { throw ValidationError("--step needs a workflow: wfrepo log --step ID NAME.") }
        if patch, oneline { throw ValidationError("--patch and --oneline exclude each other.") }
    }

    func run(in context: CommandContext) throws {
        let workflows = try context.openWorkflows()
        let entries = try listed(workflows, in: context)
        if form.json { return try context.output.writeJSON(.sequence(entries.map(\.summary))) }
        let writer = LogWriter(workflows: workflows, isShort: oneline, showsPatch: patch)
        try context.paged(configured: try workflows.repository.configuration.string("core.pager")) { context in
            for (index, entry) in entries.enumerated() {
                if index > 0, !oneline { context.output.writeLine() }
                try writer.write(entry, to: context.output)
            }
        }
    }

    private func listed(_ workflows: WorkflowRepository, in context: CommandContext) throws -> [ListedVersion] {
        let filter = try filter.filter(calendar: context.calendar)
        guard let name = try name.map(context.workflowName) else {
            return try workflows.log(limit: limit, matching: filter).map { ListedVersion(entry: $0) }
        }
        guard let step else {
            return try workflows.log(of: name, limit: limit, matching: filter).map { ListedVersion(entry: $0) }
        }
        return try workflows.stepHistory(step, of: name, limit: limit, matching: filter).map {
            ListedVersion(entry: $0.entry, step: $0)
        }
    }
}

/// A version of a log, and what it did to the step that the log is about, where it is about one.
struct ListedVersion {
    var entry: LogEntry
    var step: StepVersion?
}

/// Which versions a log shows.
struct LogFilterOptions: ParsableArguments {
    @Option(name: [.customLong("since"), .customLong("after")], help: "Only versions committed since that date.")
    var since: String?

    @Option(name: [.customLong("until"), .customLong("before")], help: "Only versions committed until that date.")
    var until: String?

    @Option(help: "Only versions whose author, 'Name <email>', matches this regular expression.")
    var author: String?

    @Option(help: "Only versions of whose message a line matches this regular expression.")
    var grep: String?

    /// The filter that the options mean.
    func filter(calendar: LocalCalendar) throws(CommandFailure) -> LogFilter {
        LogFilter(
            since: try seconds(since, "--since", calendar), until: try seconds(until, "--until", calendar),
            author: try pattern(author, "--author"), message: try pattern(grep, "--grep"))
    }

    private func seconds(_ text: String?, _ option: String, _ calendar: LocalCalendar) throws(CommandFailure) -> Int? {
        guard let text else { return nil }
        if let seconds = calendar.seconds(of: text) { return seconds }
        throw CommandFailure(
            "\(option): '\(text)' is not a date",
            hint: "Write 2026-11-01, '2026-11-01 18:30', 2026-11-01T18:30:00Z, yesterday or '3 days ago'.",
            status: .usage)
    }

    private func pattern(_ text: String?, _ option: String) throws(CommandFailure) -> Pattern? {
        guard let text else { return nil }
        do {
            return try Pattern(text)
        } catch {
            throw CommandFailure("\(option): '\(text)' is no regular expression: \(error.message)", status: .usage)
        }
    }
}
