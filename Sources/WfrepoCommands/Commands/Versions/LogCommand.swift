import ArgumentParser
import DocumentTree
import GitStore
import WorkflowHistory
import WorkflowLanguage
import WorkflowRecords

struct LogCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "log", abstract: "List the versions of a workflow, or of all, newest first.",
        discussion: """
            Examples: wfrepo log deploy; wfrepo log -p deploy; wfrepo log --step load deploy; wfrepo log --since '3 days \
            ago' --author ada
            """)

    @Argument(help: "The workflow; without one, all of them.", completion: .workflows)
    var name: String?

    @Option(
        name: [.customShort("n", allowingJoined: true), .customLong("limit"), .customLong("max-count")],
        help: "The most versions to list.")
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
        try Library.readWithoutHashing()
        let workflows = try context.openWorkflows()
        let entries = try listed(workflows, in: context)
        // For the next time.
        if name == nil, !RecordIndex.exists(in: workflows.repository) { _ = try context.indexAtHand(workflows) }
        // Of all workflows' versions, their results would be a line for each of many: `stats` has them.
        let runs = try name == nil || oneline ? nil : context.indexAtHand(workflows).map { VersionRuns($0) }
        if form.json {
            return try context.output.writeDocument(.sequence(try entries.map { try summary($0, workflows, runs) }))
        }
        let writer = LogWriter(workflows: workflows, isShort: oneline, showsPatch: patch, runs: runs)
        try context.paged(configured: try workflows.repository.configuration.string("core.pager")) { context in
            for (index, entry) in entries.enumerated() {
                if index > 0, !oneline { context.output.writeLine() }
                try writer.write(entry, to: context.output)
            }
        }
    }

    /// The arguments with `-n 5` for `-5`, which is how git takes it: the parser knows no option that is a number.
    static func readingCounts(_ arguments: [String]) -> [String] {
        guard arguments.first == manual.commandName else { return arguments }
        let options = arguments.prefix { $0 != "--" }
        return options.map { option in
            let digits = option.dropFirst()
            let isCount =
                option.first == "-" && !digits.isEmpty && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
            return isCount ? "-n\(digits)" : option
        } + arguments.dropFirst(options.count)
    }

    private func summary(
        _ listed: ListedVersion, _ workflows: WorkflowRepository, _ runs: VersionRuns?
    ) throws -> Value {
        var summary = listed.summary
        var runs = runs
        if name != nil { summary["runs"] = try runs?.totals(of: listed.entry.version)?.summary }
        guard patch else { return summary }
        for (key, value) in try VersionPatch(listed, in: workflows).members { summary[key] = value }
        return summary
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
