internal import DocumentTree
public import WorkflowEngine
internal import WorkflowLanguage

extension AuditEvent {
    /// What happened within the steps of a run, as its record tells it: tried again, failed, skipped, undone. These are no lines of
    /// the audit: the record itself is, by its hash in `run.finished`.
    public static func stepEvents(of record: RunRecord) -> [AuditEvent] {
        var events: [AuditEvent] = []
        for step in record.steps {
            func add(_ kind: AuditEventKind, at time: Timestamp?, _ key: String = "", _ details: ValueMapping = [:]) {
                let source = "\(kind.rawValue) \(record.run) \(step.id) \(key)"
                guard let time, let id = AuditEventID(at: time, derivedFrom: source) else { return }
                var details = details
                details["step"] = .string(step.id.description)
                events.append(
                    AuditEvent(
                        id: id, time: time, kind: kind, workflow: record.definition.workflow,
                        version: record.definition.version, run: record.run, actor: record.actor,
                        correlationID: record.correlationID, source: AuditSource(.system, "engine"), details: details))
            }
            for attempt in step.attempts.dropFirst() {
                add(.stepRetried, at: attempt.started, "\(attempt.number)", ["attempt": .integer(attempt.number)])
            }
            switch step.status {
            case .failed:
                add(.stepFailed, at: step.ended ?? record.ended, "", ["why": .string(step.error?.message ?? "")])
            case .skipped:
                add(.stepSkipped, at: step.ended ?? record.ended, "", ["why": .string(step.skipped ?? "")])
            default: break
            }
            if let compensation = step.compensation, compensation.status == .succeeded {
                add(.stepCompensated, at: compensation.ended ?? record.ended)
            }
        }
        return events
    }
}

extension AuditEventKind {
    /// The kinds that the records tell, and no line of the audit.
    public static let ofSteps: Set<AuditEventKind> = [.stepFailed, .stepRetried, .stepSkipped, .stepCompensated]
}
