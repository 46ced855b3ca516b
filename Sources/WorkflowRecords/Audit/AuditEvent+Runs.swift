internal import Crypto
internal import DocumentTree
internal import GitStore
public import WorkflowEngine
internal import WorkflowLanguage

extension AuditEvent {
    /// What every run has once, in its order.
    private static let ofEveryRun: [AuditEventKind] = [.runQueued, .runStarted, .runFinished]

    /// What a run's record tells the audit: that it was queued, that it began, how it ended. What happened within its steps
    /// is read from the record.
    ///
    /// The ids follow from the run, so telling a run twice tells it once. A record that is dropped later leaves its hash
    /// here, with the run's id, version and status.
    ///
    /// - Parameters:
    ///   - record: of a run in any state: what has not happened yet is left out.
    ///   - recorded: what git has of it, where that is known.
    public static func events(of record: RunRecord, recorded: RunReceipt? = nil) throws -> [AuditEvent] {
        var events: [AuditEvent] = []
        func add(_ kind: AuditEventKind, at time: Timestamp?, _ source: AuditSource, _ details: ValueMapping) {
            guard let time, let place = Self.ofEveryRun.firstIndex(of: kind),
                let id = AuditEventID(at: time, of: record.run, place: place)
            else { return }
            events.append(
                AuditEvent(
                    id: id, time: time, kind: kind, workflow: record.definition.workflow,
                    version: record.definition.version, run: record.run, actor: record.actor,
                    correlationID: record.correlationID, source: source, details: details))
        }
        let commit = Value.string(record.definition.commit.description)
        add(
            .runQueued, at: record.queued, AuditSource(trigger: record.trigger),
            ["trigger": .string(record.trigger.event), "commit": commit])
        let engine = AuditSource(.system, "engine")
        add(.runStarted, at: record.started, engine, ["host": .string(record.host)])
        guard record.status.isFinal else { return events }
        var details: ValueMapping = ["status": .string(record.status.rawValue)]
        details["duration_ms"] = record.duration.map { .integer($0.wholeMilliseconds) }
        if let failure = record.error {
            details["step"] = failure.step.map { .string($0.description) }
            details["class"] = .string(failure.error.kind)
        }
        details["run_commit"] = .string(try (recorded?.commit ?? RunCommit(record).id()).description)
        details["record_sha256"] = .string(try recorded?.recordHash ?? sha256(RunNote.bytes(of: record)))
        add(.runFinished, at: record.ended ?? record.queued, engine, details)
        return events
    }
}

extension AuditSource {
    /// Where a run came from.
    init(trigger: RunTrigger) {
        switch trigger.event {
        case "manual": self.init(.commandLine, trigger.source ?? "wfrepo run")
        case "commit", "push": self.init(.hook, trigger.source ?? trigger.event)
        default: self.init(.system, trigger.source ?? trigger.event)
        }
    }
}

/// SHA-256 in 64 lower-case hexadecimal digits.
func sha256(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).hexadecimal
}
