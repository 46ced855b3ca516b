import DocumentTree
import WorkflowEngine
import WorkflowLanguage
import WorkflowRecords

/// Tells the audit of a run's approvals: that people were asked, when they are, and that nobody decided in time.
///
/// The ids follow from the run, so what is told again, after a crash, is told once.
final class ApprovalAudit {
    private let record: RunRecord
    private let approvals: Set<StepID>
    private let trail: AuditTrail
    private let tell: ([AuditLog.Entry]) -> Void

    /// - Parameters:
    ///   - workflow: what runs.
    ///   - tell: takes events in.
    init(_ workflow: Workflow, _ record: RunRecord, _ trail: AuditTrail, tell: @escaping ([AuditLog.Entry]) -> Void) {
        self.record = record
        self.trail = trail
        self.tell = tell
        approvals = Set(
            workflow.steps.filter { step in
                guard case .kind(let name, with: _) = step.work else { return false }
                return name == KindName("approval")
            }.map(\.id))
    }

    /// Sees what happens in the run.
    func observe(_ progress: RunProgress) {
        guard !approvals.isEmpty else { return }
        switch progress {
        case .stepWaits(let step), .stepEnded(let step): take([step])
        default: break
        }
    }

    /// Tells what a process that died in the middle of it had not told.
    func takeUp() { if !approvals.isEmpty { take(record.steps) } }

    private func take(_ steps: [StepRecord]) {
        let entries = steps.filter { approvals.contains($0.item?.step ?? $0.id) }.flatMap(events)
        if !entries.isEmpty { tell(entries) }
    }

    private func events(of step: StepRecord) -> [AuditLog.Entry] {
        guard let attempt = step.attempts.last else { return [] }
        var details: ValueMapping = ["step": .string(step.id.description)]
        if case .approval(let wait) = step.waiting {
            details["message"] = wait.message.map { .string($0) }
            details["count"] = .integer(wait.count)
            details["until"] = wait.lapses.map { .string($0.description) }
            return [event(.approvalAsked, at: attempt.started, details, attempt.number)].compactMap { $0 }
        }
        guard attempt.error?.kind == "lapsed" else { return [] }
        details["why"] = .string(attempt.error?.message ?? "")
        return [event(.approvalLapsed, at: attempt.ended ?? attempt.started, details, attempt.number)].compactMap { $0 }
    }

    private func event(
        _ kind: AuditEventKind, at time: Timestamp, _ details: ValueMapping, _ attempt: Int
    ) -> AuditLog.Entry? {
        var entry = trail.event(kind, of: record, details)
        let source = "\(kind.rawValue) \(record.run) \(details["step"]?.string ?? "") \(attempt)"
        guard let id = AuditEventID(at: time, derivedFrom: source) else { return nil }
        entry.event.id = id
        entry.event.time = time
        entry.event.actor = record.actor
        return entry
    }
}
