public import WorkflowEngine

/// Where runs that have ended wait to be recorded: durably, until they are marked.
///
/// Many processes may read and mark at once. A run that is marked is never handed out again.
public protocol FinishedRuns {
    /// Runs that have ended and are not recorded yet, oldest first, at most `limit`.
    func unrecorded(limit: Int) throws -> [RunRecord]

    /// Says that these runs are in git for good. Marking a run twice is harmless.
    func markRecorded(_ runs: [RunID]) throws
}

extension StateStore: FinishedRuns {}
