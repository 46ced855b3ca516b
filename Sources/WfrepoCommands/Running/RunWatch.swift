import Glibc
import WorkflowEngine
import WorkflowLanguage

/// Follows a run that another process drives: looks into the journal, and tells what has changed in the words of the
/// driver's own progress.
struct RunWatch {
    private let engine: Engine
    private var seen: RunRecord?

    init(_ engine: Engine) { self.engine = engine }

    /// Follows the run until it is over, or nobody drives it; returns how it stands then.
    ///
    /// A run that was just handed to a process in the background is given a moment to be taken up.
    mutating func follow(_ run: RunID, observer: (RunProgress) -> Void) throws -> RunRecord {
        var idle = 0
        while true {
            // In this order: who takes the run up holds it before he claims what is wanted of it, and gives it up last.
            let isWanted = try engine.runsToTakeUp().contains(run)
            let isDriven = try engine.isDriven(run)
            let record = try engine.store.record(run)
            for progress in changes(to: record) { observer(progress) }
            seen = record
            if record.status.isFinal { return record }
            idle = isDriven ? 0 : idle + 1
            let mayBeTakenUp = record.status == .queued || isWanted
            if !isDriven, !mayBeTakenUp || idle > Self.patience { return record }
            usleep(Self.interval)
        }
    }

    /// How often the journal is looked at, in microseconds.
    private static let interval: UInt32 = 100_000
    /// How often nobody may drive a run that could go on.
    private static let patience = 50

    /// What has happened since the journal was last looked at.
    private func changes(to record: RunRecord) -> [RunProgress] {
        var changes: [RunProgress] = []
        for (position, step) in record.steps.enumerated() {
            let old = seen.flatMap { $0.steps.indices.contains(position) ? $0.steps[position] : nil }
            guard old != step else { continue }
            let number = step.attempts.last?.number ?? 0
            if step.status == .running, number > (old?.attempts.last?.number ?? 0) {
                changes.append(.attemptStarted(step.id, .do, number: number))
            }
            if step.status == .retrying, old?.status != .retrying, let error = step.error {
                changes.append(.retrying(step.id, .do, number: number, error, delay: .zero))
            }
            if step.status == .waiting, old?.waiting != step.waiting { changes.append(.stepWaits(step)) }
            if step.status.hasEnded, old?.status.hasEnded != true { changes.append(.stepEnded(step)) }
            let undo = step.compensation?.status
            if undo == .running, old?.compensation?.status != .running {
                changes.append(.attemptStarted(step.id, .undo, number: step.compensation?.attempts.last?.number ?? 1))
            }
            if undo == .succeeded || undo == .failed, old?.compensation?.status != undo {
                changes.append(.stepUndone(step))
            }
        }
        return changes
    }
}
