public import GitStore
public import WorkflowEngine

/// Where runs that have ended wait to be recorded: durably, until they are marked.
///
/// Many processes may read and mark at once. A run that is marked is never handed out again.
public protocol FinishedRuns {
    /// Runs that have ended and are not recorded yet, oldest first, at most `limit`.
    func unrecorded(limit: Int) throws -> [RunRecord]

    /// Whether any run has ended and is not recorded yet.
    func hasUnrecorded() throws -> Bool

    /// Whether a run has ended and is not recorded yet.
    func isUnrecorded(_ run: RunID) throws -> Bool

    /// Tells of these runs that they are in git, whoever is to know of it before they are marked; the reference leads to them, but that
    /// may not be on disk yet. Telling of a run twice is harmless.
    ///
    /// - Returns: what has to be waited for before they are marked.
    func tell(_ runs: [RunReceipt]) throws -> [UnsyncedFile]

    /// Says that these runs are in git for good. Marking a run twice is harmless.
    func markRecorded(_ runs: [RunReceipt]) throws
}

extension FinishedRuns {
    /// Nobody is to know.
    public func tell(_ runs: [RunReceipt]) throws -> [UnsyncedFile] { [] }
}

/// What tells of a run that it is in git for good.
public struct RunReceipt: Hashable, Sendable {
    /// The run.
    public var run: RunID
    /// Its commit, which bears its record as a note.
    public var commit: CommitID
    /// SHA-256 of the record's bytes, in 64 lower-case hexadecimal digits.
    public var recordHash: String
}

extension StateStore: FinishedRuns {
    /// As ``markRecorded(_:)-([RunID])``.
    public func markRecorded(_ runs: [RunReceipt]) throws { try markRecorded(runs.map(\.run)) }
}
