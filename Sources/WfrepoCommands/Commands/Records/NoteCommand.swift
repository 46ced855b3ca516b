import ArgumentParser
import DocumentTree
import GitStore
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage
import WorkflowRecords

struct NoteCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "note", abstract: "Add a remark to a version or a run, for good.",
        discussion: """
            The remark is an audit event on the version's or the run's commit: it can't be changed or removed later, and is found \
            by 'wfrepo search' and 'wfrepo audit list --event note.added'.

            Examples: wfrepo note deploy@v7 -m 'approved by the board'; wfrepo note 01KB4X -m 'the disk was full'
            """)

    @Argument(help: "A workflow, a revision of it, or a run.", completion: .revisions)
    var subject: String

    @Option(
        name: [.customShort("m", allowingJoined: true), .customLong("message")], parsing: .unconditionalSingleValue,
        help: "The remark; given twice, each is a paragraph.")
    var message: [String]

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let text = message.joined(separator: "\n\n").trimmed()
        guard !text.isEmpty, text.utf8.count <= 64 << 10 else {
            throw CommandFailure("a remark has from 1 to 65,536 bytes", status: .usage)
        }
        let workflows = try context.openWorkflows()
        let trail = context.auditTrail(workflows.repository, "wfrepo note")
        let entry = try self.entry(text, trail, workflows, context)
        try trail.tell([entry])
        try context.foldAudit(in: workflows.repository)
        if form.json {
            return try context.output.writeJSON([
                "id": .string(entry.event.id.description), "on": Value(entry.commit?.description),
                "workflow": Value(entry.event.workflow?.description), "run": Value(entry.event.run?.description),
            ])
        }
        let subject = entry.event.run.map { "run \($0), \(entry.event.subject)" } ?? entry.event.subject
        context.output.writeLine("noted on \(subject), event \(entry.event.id)")
    }

    /// A name is a workflow's where there is one of it; else it is taken for a run.
    private func entry(
        _ text: String, _ trail: AuditTrail, _ workflows: WorkflowRepository, _ context: CommandContext
    ) throws -> AuditLog.Entry {
        let details: ValueMapping = ["text": .string(text)]
        if RunID(subject) == nil {
            do {
                let resolved = try workflows.resolve(try context.revision(subject))
                guard !resolved.isWorktree else {
                    throw CommandFailure(
                        "the file of the work tree is no version", hint: "save it first: wfrepo commit \(resolved.name)"
                    )
                }
                return trail.event(
                    .noteAdded, workflow: resolved.name, version: resolved.versionNumber,
                    on: resolved.version?.commit ?? resolved.commit, details)
            } catch let error as HistoryError {
                guard error.code == .unknownWorkflow, !subject.contains("@"),
                    let run = try? RunDirectory(session: RunSession(context)).run(subject)
                else { throw error }
                return try self.entry(details, run, trail, context)
            }
        }
        guard let run = RunID(subject) else { throw CommandFailure("'\(subject)' is neither a workflow nor a run") }
        return try entry(details, run, trail, context)
    }

    private func entry(
        _ details: ValueMapping, _ run: RunID, _ trail: AuditTrail, _ context: CommandContext
    ) throws -> AuditLog.Entry {
        let directory = RunDirectory(session: try RunSession(context))
        let record = try directory.record(run)
        var entry = trail.event(.noteAdded, of: record, details)
        if let recorded = try RecordReader(directory.session.repository).find(run) { entry.commit = recorded.commit }
        return entry
    }
}
