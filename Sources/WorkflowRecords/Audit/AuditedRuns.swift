public import GitStore
public import WorkflowEngine

/// Finished runs whose events are told to the audit before the runs count as recorded: whatever crashes, no run is recorded
/// that the audit does not know.
///
/// It belongs to the same thread or isolation domain as the recorder that it is given to.
public final class AuditedRuns<Runs: FinishedRuns>: FinishedRuns {
    private let runs: Runs
    private let queue: AuditQueue
    private var seen: [RunID: RunRecord] = [:]

    /// The finished runs of `runs`, told to `queue`.
    public init(_ runs: Runs, telling queue: AuditQueue) {
        self.runs = runs
        self.queue = queue
    }

    /// As the runs say.
    public func unrecorded(limit: Int) throws -> [RunRecord] {
        let records = try runs.unrecorded(limit: limit)
        for record in records { seen[record.run] = record }
        return records
    }

    /// As the runs say.
    public func hasUnrecorded() throws -> Bool { try runs.hasUnrecorded() }

    /// As the runs say.
    public func isUnrecorded(_ run: RunID) throws -> Bool { try runs.isUnrecorded(run) }

    /// Tells the runs to the audit.
    public func tell(_ recorded: [RunReceipt]) throws -> [UnsyncedFile] {
        var entries: [AuditLog.Entry] = []
        for run in recorded {
            guard let record = seen[run.run] else { continue }
            // On the commit that ran, which many runs share, and not on their own: lines that lie together take half the room.
            entries += try AuditEvent.events(of: record, recorded: run)
                .map { AuditLog.Entry($0, on: record.definition.commit) }
        }
        return try queue.enqueue(entries)
    }

    /// As the runs do.
    public func markRecorded(_ recorded: [RunReceipt]) throws {
        for run in recorded { seen[run.run] = nil }
        try runs.markRecorded(recorded)
    }
}
