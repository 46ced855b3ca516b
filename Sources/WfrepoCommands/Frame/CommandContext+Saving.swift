import GitStore
import Glibc
import WorkflowHistory
import WorkflowLanguage

extension CommandContext {
    /// The present time: seconds since 1970 and the local distance from UTC in minutes.
    var now: (seconds: Int, offsetMinutes: Int) {
        let seconds = time(nil)
        return (seconds, Self.offsetMinutes(at: seconds))
    }

    /// How dates that people type are read.
    var calendar: LocalCalendar { LocalCalendar(now: now.seconds, offsetMinutes: Self.offsetMinutes) }

    /// The local distance from UTC in minutes at a moment, which is another in summer.
    @Sendable private static func offsetMinutes(at seconds: Int) -> Int {
        var (seconds, local) = (seconds, tm())
        localtime_r(&seconds, &local)
        return local.tm_gmtoff / 60
    }

    /// Who saves, as git finds it.
    func saveContext(_ repository: Repository, runsCheckingHooks: Bool = true) throws -> SaveContext {
        let configuration = try repository.configuration
        return SaveContext(
            author: try configuration.identity(.author, environment: environment, now: now),
            committer: try configuration.identity(.committer, environment: environment, now: now),
            environment: environment, runsCheckingHooks: runsCheckingHooks,
            ownPostCommit: { try TriggeredRuns(self, repository: repository).start { try $0.afterCommit() } })
    }

    /// A workflow's name as typed; a path of its file is understood, too.
    func workflowName(_ text: String) throws(CommandFailure) -> WorkflowName {
        if let name = workflowName(ofFile: text) ?? WorkflowName(text) { return name }
        throw CommandFailure(
            "'\(text)' is not a workflow's name",
            hint: "names are made of letters, digits, '-', '_' and '.', with '/' between folders: billing/invoice")
    }

    /// The name for a workflow to come, as typed: one with an extension was meant as a file.
    func newWorkflowName(_ text: String) throws -> WorkflowName {
        let name = try workflowName(text)
        for ending in [".yaml", ".yml"] where name.description.hasSuffix(ending) {
            throw CommandFailure(
                "'\(text)' is not a name for a workflow: a name has no extension",
                hint: "leave it out: \(name.description.dropLast(ending.count))")
        }
        return name
    }

    /// The name of the workflow in a file, whose path starts at the top of the tree, or at the current folder as shells complete it.
    private func workflowName(ofFile path: String) -> WorkflowName? {
        if let name = WorkflowName(path: path) { return name }
        guard path.hasSuffix(".yaml") || path.hasSuffix(".yml"), let root = try? openRepository().workTree else {
            return nil
        }
        var parts: [Substring] = []
        for part in absolute(path).split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        let file = "/" + parts.joined(separator: "/")
        return file.hasPrefix(root) ? WorkflowName(path: String(file.dropFirst(root.count))) : nil
    }

    /// A revision as typed; a path of the workflow's file is understood in place of its name.
    func revision(_ text: String) throws -> RevisionSpec {
        let at = text.firstIndex(of: "@") ?? text.endIndex
        let name = workflowName(ofFile: String(text[..<at]))?.description ?? String(text[..<at])
        return try RevisionSpec.parse(name + text[at...], calendar: calendar)
    }

    /// Tells a person that something was saved, in git's form: `[main 1a2b3c4] subject`.
    func report(_ saved: SavedCommit) {
        let branch = saved.branch ?? "detached HEAD"
        let root = saved.parent == nil ? " (first commit)" : ""
        output.writeLine("[\(branch)\(root) \(saved.commit.object.short())] \(visibleLine(saved.subject))")
        for warning in saved.warnings { errors.warning(warning) }
    }
}
