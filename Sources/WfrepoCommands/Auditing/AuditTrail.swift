import DocumentTree
import GitStore
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage
import WorkflowRecords

/// Tells the audit what a command does: on whose behalf, and from where.
///
/// Events go to the queue, on disk before `tell` returns; a background process puts them into git when that is due.
struct AuditTrail: Sendable {
    let actor: Actor
    let source: AuditSource
    /// Names what the command belongs to, where somebody said so; a run's events have that of the run.
    private let correlationID: String?
    private let queue: AuditQueue
    private let clock = SystemClock()
    private let ids: RunIDSource

    init(_ repository: Repository, actor: Actor, source: AuditSource, correlationID: String? = nil) {
        self.actor = actor
        self.source = source
        self.correlationID = correlationID
        queue = AuditQueue(of: repository)
        ids = RunIDSource(clock: clock)
    }

    /// Something that happens now.
    func event(
        _ kind: AuditEventKind, workflow: WorkflowName? = nil, version: Int? = nil, run: RunID? = nil,
        on commit: CommitID? = nil, _ details: ValueMapping = [:]
    ) -> AuditLog.Entry {
        AuditLog.Entry(
            AuditEvent(
                id: AuditEventID(from: ids), time: clock.now, kind: kind, workflow: workflow, version: version,
                run: run, actor: actor, correlationID: correlationID, source: source, details: details), on: commit)
    }

    /// Something that happened to a run, which is known by its record.
    func event(_ kind: AuditEventKind, of record: RunRecord, _ details: ValueMapping = [:]) -> AuditLog.Entry {
        var entry = event(
            kind, workflow: record.definition.workflow, version: record.definition.version, run: record.run,
            on: record.definition.commit, details)
        entry.event.correlationID = record.correlationID
        return entry
    }

    /// That somebody did something to a run.
    func event(_ action: ControlAction, of record: RunRecord) -> AuditLog.Entry {
        var details = action.data
        if let step = action.step { details["step"] = .string(step.description) }
        return event(AuditEventKind(action), of: record, details)
    }

    /// Takes events in, durably.
    func tell(_ entries: [AuditLog.Entry]) throws { try queue.append(entries) }

    /// Whether it is time to put what waits into git.
    func isDue() throws -> Bool { try queue.isDue(at: clock.now) }
}

extension AuditEventKind {
    /// What the audit calls something that was done to a run.
    fileprivate init(_ action: ControlAction) {
        self =
            switch action.name {
            case "pause": .runPaused
            case "cancel": .runCancelled
            case "approve": .approvalGiven
            case "reject": .approvalRefused
            case "skip": .stepSkipped
            case "set-result": .stepSet
            case "interrupt": .stepAsked
            case "signal": .runSignalled
            default: .runResumed
            }
    }
}

extension CommandContext {
    /// What tells the audit of this repository; `name` is the command as it is typed, or the hook's.
    func auditTrail(_ repository: Repository, _ name: String, _ kind: AuditSource.Kind = .commandLine) -> AuditTrail {
        AuditTrail(
            repository, actor: auditActor(repository), source: AuditSource(kind, name),
            // A step has it from its run, so what it saves is known to belong to that. What is none is nobody's.
            correlationID: try? CorrelationID.checked(variable("WFREPO_CORRELATION_ID")))
    }

    /// The person at the command line; where git knows none, the login's name, because an event without a name is still
    /// better than none.
    private func auditActor(_ repository: Repository) -> Actor {
        if let configuration = try? repository.configuration,
            let person = try? configuration.identity(.author, environment: environment, now: now)
        {
            return Actor(name: person.name, email: person.email)
        }
        return Actor(name: variable("LOGNAME") ?? variable("USER") ?? "unknown", email: "")
    }

    /// Tells events. What was done stands, so a failure is only said.
    func tell(_ entries: [AuditLog.Entry], to trail: AuditTrail, in repository: Repository) {
        guard !entries.isEmpty else { return }
        append(entries, to: trail)
        foldAuditWhenDue(trail, in: repository)
    }

    /// Tells events, and leaves it to the caller to put into git what waits.
    func append(_ entries: [AuditLog.Entry], to trail: AuditTrail) {
        guard !entries.isEmpty else { return }
        do {
            try trail.tell(entries)
        } catch {
            warnOfAudit("does not know of it", error)
        }
    }

    /// Looks for untold saves, and starts to put what waits into git, in the background, where that is due.
    func foldAuditWhenDue(_ trail: AuditTrail, in repository: Repository) {
        tellOfUntoldSaves(in: repository)
        startFoldWhenDue(trail, in: repository)
    }

    /// Starts to put what waits into git, in the background, where that is due.
    func startFoldWhenDue(_ trail: AuditTrail, in repository: Repository) {
        do {
            if try trail.isDue() { try BackgroundProcess(self).start(["audit", "fold", "--quiet"], in: repository) }
        } catch {
            warnOfAudit("is not put into git yet", error)
        }
    }

    func warnOfAudit(_ what: String, _ error: any Error) {
        errors.warning("the audit \(what): \(CommandFailure(for: error).message)")
    }
}

extension AuditTrail {
    /// That somebody else wrote a reference of ours.
    func event(_ write: ForeignWrite) -> AuditLog.Entry {
        AuditLog.Entry(
            AuditEvent(write, id: AuditEventID(from: ids), time: clock.now, actor: actor, source: source))
    }
}
