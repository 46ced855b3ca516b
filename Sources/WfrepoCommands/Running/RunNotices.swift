import DocumentTree
import GitStore
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage

/// Tells those whom a workflow's `notify` names what became of a run, through the kind `notify`. What can't be told is said here,
/// and changes nothing about the run.
struct RunNotices {
    let context: CommandContext
    let repository: Repository
    let secrets: SecretSource

    init(_ session: RunSession) {
        (context, repository, secrets) = (session.context, session.repository, session.secrets)
    }

    init(_ context: CommandContext, _ repository: Repository) {
        (self.context, self.repository) = (context, repository)
        secrets = SecretSource(context, repository)
    }

    /// How long one notice may take.
    private static let patience = Duration.seconds(70)

    /// The events that the end of a run is.
    static func events(of record: RunRecord) -> Set<Notice.Event> {
        switch record.status {
        case .succeeded: [.success]
        case .compensated, .compensationFailed: record.error == nil ? [.compensation] : [.compensation, .failure]
        case .failed: [.failure]
        default: []
        }
    }

    /// Tells of the end of a run.
    func runEnded(_ record: RunRecord, of workflow: Workflow, _ settings: Settings) {
        tell(Self.events(of: record), workflow, record, settings)
    }

    /// Tells what has happened, each notice once however many of its events that are.
    func tell(_ events: Set<Notice.Event>, _ workflow: Workflow, _ record: RunRecord?, _ settings: Settings) {
        for (number, notice) in workflow.notices.enumerated() {
            guard let event = notice.events.first(where: events.contains) else { continue }
            do {
                guard settings.scope(of: workflow.name).allows(kind: Notice.kind) else {
                    throw CommandFailure("\(Settings.path) does not allow the kind \(Notice.kind)")
                }
                try send(notice, number, event, workflow, record)
            } catch {
                context.errors.warning(
                    "nobody was told of the \(event.rawValue) of \(workflow.name): \(CommandFailure(for: error).message)"
                )
            }
        }
    }

    private func send(
        _ notice: Notice, _ number: Int, _ event: Notice.Event, _ workflow: Workflow, _ record: RunRecord?
    ) throws {
        let values = try secrets.values(of: workflow)
        if !values.isEmpty { try keepMemoryPrivate() }
        let seconds = Timestamp(milliseconds: context.now.seconds * 1000)
        let scene = NoticeContext(record, of: workflow, secrets: values, now: record?.ended ?? seconds)
        var parameters = try notice.parameters.evaluate(in: scene).mapping ?? ValueMapping()
        if parameters["text"] == nil { parameters["text"] = .string(Self.sentence(event, workflow, record)) }
        if parameters["subject"] == nil { parameters["subject"] = .string("\(workflow.name): \(event.rawValue)") }
        parameters["critical"] = true
        let run = record?.run.description ?? "\(workflow.name)@\(context.now.seconds)"
        let root = repository.workTree ?? repository.gitDirectory
        let request: ValueMapping = [
            "kind": .string(Notice.kind.description), "with": .mapping(parameters), "run": .string(run),
            "step": "notify", "attempt": 1, "idempotency_key": .string("\(run)/notify/\(number)/\(event.rawValue)"),
            "correlation_id": Value(record?.correlationID), "directory": .string(root),
            "state": .string(repository.commonDirectory + "wfrepo/notify"),
        ]
        let hidden = secrets.variables(of: workflow)
        let call = ProgramCall(
            arguments: [context.program, "-C", root, "kind-work"],
            environment: context.environment.filter { !hidden.contains($0.key) && !$0.key.hasPrefix("GIT_") },
            directory: root, input: try Value.mapping(request).jsonBytes(JSONFormat(nonFinite: .null)))
        let outcome = try call.runBlocking(for: Self.patience)
        let answer = try? Document.parseOne(outcome.output, name: "answer.json").value()
        if answer?["sent"] == true { return }
        throw CommandFailure(answer?["error"]?["message"]?.string ?? answer?["reason"]?.string ?? "it took too long")
    }

    /// What is said where the notice has no text of its own.
    static func sentence(_ event: Notice.Event, _ workflow: Workflow, _ record: RunRecord?) -> String {
        guard let record else { return "\(workflow.name) was rolled back." }
        let version = record.definition.version.map { " v\($0)" } ?? ""
        let subject = "\(workflow.name)\(version)"
        let reason = record.error.map { ": " + ($0.step.map { "step \($0): " } ?? "") + $0.error.message } ?? ""
        let what =
            event == .slow
            ? "takes longer than it should, since \(record.started?.description ?? "it began")"
            : record.status.rawValue + reason
        return "\(subject) \(what)\nrun \(record.run) on \(record.host)"
    }
}
