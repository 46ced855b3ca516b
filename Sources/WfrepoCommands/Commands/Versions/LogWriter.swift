import DocumentTree
import GitStore
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage
import WorkflowRecords

/// Writes the versions of a log for a person.
struct LogWriter {
    let workflows: WorkflowRepository
    /// One line a version.
    var isShort = false
    /// Whether what a version changed stands below it.
    var showsPatch = false
    /// How the versions' runs went; nil where that is not known.
    var runs: VersionRuns?

    func write(_ listed: ListedVersion, to output: TextOutput) throws {
        let entry = listed.entry
        let label = output.styled("\(entry.version.name) \(entry.version.label)", .yellow)
        let commit = entry.version.commit.object.short()
        if isShort {
            return output.writeLine("\(label) \(commit) \(visibleLine(entry.subject))")
        }
        let kind = listed.step.map { "step \($0.words)" } ?? entry.kind.rawValue
        output.writeLine("\(label)  \(visibleLine(kind))  \(output.styled(commit, .dim))")
        output.writeLine("Author: \(visibleLine(entry.author.name)) <\(visibleLine(entry.author.email))>")
        output.writeLine("Date:   \(entry.date)")
        var runs = runs
        if let totals = try runs?.totals(of: entry.version) {
            output.writeLine("Runs:   \(totals.words)\(try lastRun(of: entry.version, on: output))")
        }
        output.writeLine()
        output.writeLine("    \(visibleLine(entry.subject))")
        let body = entry.body.isEmpty ? "" : "\n" + entry.body
        for line in body.split(separator: "\n", omittingEmptySubsequences: false) where !body.isEmpty {
            output.writeLine(line.isEmpty ? "" : "    \(visible(String(line)))")
        }
        if showsPatch { try writePatch(listed, to: output) }
    }

    /// The latest run, in a few words.
    private func lastRun(of version: WorkflowVersion, on output: TextOutput) throws -> String {
        guard let last = try runs?.latest(1, of: version).first else { return "" }
        let status = last.recorded.summary.status
        return "; the last \(output.styled(status.rawValue, status.style)) at \(last.started ?? last.queued)"
    }

    private func writePatch(_ listed: ListedVersion, to output: TextOutput) throws {
        let patch = try VersionPatch(listed, in: workflows)
        output.writeLine()
        output.write(patch.text(isColored: output.isColored))
    }
}

extension StepVersion {
    /// What the version did to the step: `load changed`.
    fileprivate var words: String {
        switch change {
        case .added: "\(step) added"
        case .changed: "\(step) changed"
        case .removed: "\(step) removed"
        case .renamed(let old): "\(old) renamed to \(step)"
        }
    }
}

extension ListedVersion {
    /// What scripts learn of a version.
    var summary: Value {
        var summary = entry.summary
        guard let step else { return summary }
        summary["step"] = .string(step.step)
        switch step.change {
        case .added: summary["step_change"] = "added"
        case .changed: summary["step_change"] = "changed"
        case .removed: summary["step_change"] = "removed"
        case .renamed(let old):
            summary["step_change"] = "renamed"
            summary["step_before"] = .string(old)
        }
        return summary
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
