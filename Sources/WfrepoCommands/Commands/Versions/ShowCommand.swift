import ArgumentParser
import DocumentTree
import GitStore
import WorkflowHistory
import WorkflowLanguage
import WorkflowRecords

struct ShowCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "show", abstract: "Show a version of a workflow: who, when, why, and the definition.",
        discussion: """
            Revisions: deploy (the current one), deploy@v7, deploy@HEAD~3, deploy@main, deploy@<sha>, \
            deploy@{2026-11-01}, deploy@worktree (the file as it is, saved or not). The heading is written as YAML \
            comments, so the output stays a definition.
            """)

    @Argument(help: "The revision.", completion: .revisions)
    var revision: String

    @Flag(help: "The definition's bytes alone, as they are stored.")
    var raw = false

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let workflows = try context.openWorkflows()
        let resolved = try workflows.resolve(try context.revision(revision))
        if raw { return write(raw: resolved.bytes, to: context) }
        let commit = try resolved.version.map { try workflows.repository.commit($0.commit) }
        if form.json {
            var summary = try summary(of: resolved, commit: commit)
            summary["runs"] = try results(of: resolved, in: context, workflows)?.summary
            return try context.output.writeJSON(summary)
        }
        let results = try self.results(of: resolved, in: context, workflows)
        let pager = try workflows.repository.configuration.string("core.pager")
        context.paged(configured: pager) { context in
            for line in heading(of: resolved, commit: commit) + (results?.lines ?? []) {
                context.output.writeLine(context.output.styled("# " + visibleLine(line), .dim))
            }
            context.output.write(visible(String(decoding: resolved.bytes, as: UTF8.self)))
        }
    }

    /// How the version's runs went, and the latest of them; nil where it never ran, or nobody knows.
    private func results(
        of resolved: ResolvedRevision, in context: CommandContext, _ workflows: WorkflowRepository
    ) throws -> VersionResults? {
        guard let version = resolved.version, let index = try context.indexAtHand(workflows) else {
            return nil
        }
        var runs = VersionRuns(index)
        guard let totals = try runs.totals(of: version) else { return nil }
        return VersionResults(totals: totals, latest: try runs.latest(3, of: version))
    }

    /// Byte for byte, but on a terminal, which no file may command.
    private func write(raw bytes: [UInt8], to context: CommandContext) {
        guard context.terminal.outputIsTerminal else { return context.output.write(bytes: bytes) }
        context.output.write(visible(String(decoding: bytes, as: UTF8.self)))
    }

    private func heading(of resolved: ResolvedRevision, commit: Commit?) -> [String] {
        guard let commit else { return ["\(resolved.label): \(resolved.path), as it is in the work tree"] }
        return ["\(resolved.name) \(resolved.version?.label ?? ""): \(commit.subject)"]
            + ["commit \(commit.id) by \(commit.author.name) <\(commit.author.email)>, \(commit.author.date)"]
            + commit.trailers.map { "\($0.key): \($0.value)" }
    }

    private func summary(of resolved: ResolvedRevision, commit: Commit?) throws -> Value {
        var summary: Value = [
            "workflow": .string(resolved.name.description), "version": Value(resolved.versionNumber),
            "commit": .string(resolved.version?.commit.description ?? resolved.commit.description),
            "path": .string(resolved.path), "blob": .string(resolved.blob.description),
            "uncommitted": .bool(resolved.isWorktree),
            "definition": .string(String(decoding: resolved.bytes, as: UTF8.self)),
        ]
        guard let commit else { return summary }
        summary["subject"] = .string(commit.subject)
        summary["author"] = .string(commit.author.name)
        summary["email"] = .string(commit.author.email)
        summary["date"] = .string(commit.author.date)
        summary["message"] = .string(commit.message)
        return summary
    }
}

extension Signature {
    /// When, in the form of RFC 3339, in the writer's time zone.
    var date: String { RFC3339.text(seconds: seconds, offsetMinutes: offsetMinutes) }
}
