import ArgumentParser
import DocumentTree
import GitStore
import WorkflowHistory
import WorkflowLanguage

struct LogCommand: WfrepoCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "List the versions of a workflow, or of all, newest first.")

    @Argument(help: "The workflow; without one, all of them.")
    var name: String?

    @Option(
        name: [.customShort("n"), .customLong("limit"), .customLong("max-count")], help: "The most versions to list.")
    var limit: Int?

    @Flag(help: "One line a version.")
    var oneline = false

    @OptionGroup var form: OutputOptions

    func validate() throws {
        if let limit, limit < 0 { throw ValidationError("--limit takes a whole number from 0.") }
    }

    func run(in context: CommandContext) throws {
        let workflows = try context.openWorkflows()
        let entries =
            try name.map { try workflows.log(of: try context.workflowName($0), limit: limit) }
            ?? workflows.log(limit: limit)
        if form.json { return try context.output.writeJSON(.sequence(entries.map(\.summary))) }
        context.paged(configured: try workflows.repository.configuration.string("core.pager")) { context in
            for (index, entry) in entries.enumerated() {
                if index > 0, !oneline { context.output.writeLine() }
                write(entry, to: context.output)
            }
        }
    }

    private func write(_ entry: LogEntry, to output: TextOutput) {
        let label = output.styled("\(entry.version.name) \(entry.version.label)", .yellow)
        let commit = entry.version.commit.object.short()
        if oneline {
            return output.writeLine("\(label) \(commit) \(visibleLine(entry.subject))")
        }
        output.writeLine("\(label)  \(entry.kind.rawValue)  \(output.styled(commit, .dim))")
        output.writeLine("Author: \(visibleLine(entry.author.name)) <\(visibleLine(entry.author.email))>")
        output.writeLine("Date:   \(entry.date)")
        output.writeLine()
        output.writeLine("    \(visibleLine(entry.subject))")
        for line in entry.body.split(separator: "\n", omittingEmptySubsequences: false) {
            output.writeLine(line.isEmpty ? "" : "    \(visible(String(line)))")
        }
    }
}

extension LogEntry {
    /// What scripts learn of a version.
    var summary: Value {
        [
            "workflow": .string(version.name.description), "version": Value(version.number),
            "commit": .string(version.commit.description), "kind": .string(kind.rawValue),
            "author": .string(author.name), "email": .string(author.email), "date": .string(date),
            "committer": .string(committer.name), "committer_email": .string(committer.email),
            "commit_date": .string(committer.date), "subject": .string(subject), "body": .string(body),
            "trailers": .mapping(ValueMapping(trailers.map { ($0.key, .string($0.value)) })),
            "path": Value(version.file?.path), "blob": Value(version.file?.blob.description),
        ]
    }
}
