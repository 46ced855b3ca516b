/// What happens to a run.
public enum RunEvent: String, Sendable, Hashable, CaseIterable {
    /// A runner took it up.
    case start
    /// Nothing of it can go on before a time, a signal or a person.
    case wait
    /// What it waited for is there.
    case wake
    case pause
    case resume
    /// Every step has ended, none that counts has failed.
    case succeed
    /// Every step has ended, one that counts has failed; or its time is over.
    case fail
    /// Every step has ended after somebody cancelled the run.
    case cancel
    /// There is something to undo.
    case compensate
    /// Everything is undone.
    case compensated
    /// Something could not be undone.
    case compensationFailed = "compensation-failed"
}

/// What a runner does once the transition is on disk.
public enum RunAction: String, Sendable, Hashable {
    /// Start the steps that may start.
    case dispatch
    /// Give the run up, so that another process may take it later.
    case release
    /// Undo the finished steps, last first.
    case undo
    /// Hand the run over to the recorder.
    case finish
}

/// The life of a run: a value that changes by events and says what is to be done.
public struct RunStateMachine: Sendable, Hashable {
    /// Where the run stands.
    public private(set) var status: RunStatus

    /// A run in the given state; a new one is `queued`.
    public init(status: RunStatus = .queued) { self.status = status }

    // swift-format-ignore
    static let table = TransitionTable<RunStatus, RunEvent, RunAction>([
        // from                            event                to                   then
        ([.queued],                        .start,              .running,            [.dispatch]),
        ([.running],                       .wait,               .waiting,            [.release]),
        ([.waiting],                       .wake,               .running,            [.dispatch]),
        ([.queued, .running, .waiting],    .pause,              .paused,             [.release]),
        ([.paused],                        .resume,             .running,            [.dispatch]),
        ([.running],                       .succeed,            .succeeded,          [.finish]),
        ([.running, .waiting],             .fail,               .failed,             [.finish]),
        ([.queued, .running, .waiting, .paused], .cancel,       .cancelled,          [.finish]),
        ([.failed, .cancelled],            .compensate,         .compensating,       [.undo]),
        ([.compensating],                  .compensated,        .compensated,        [.finish]),
        ([.compensating],                  .compensationFailed, .compensationFailed, [.finish]),
    ])

    /// Applies an event, and returns what is to be done once the new state is on disk.
    ///
    /// `failed` and `cancelled` are left by `compensate` only within the same journal transaction.
    /// - Throws: `IllegalTransition`, and stays as it was, where the table does not list the event for this state.
    public mutating func apply(_ event: RunEvent) throws(IllegalTransition) -> [RunAction] {
        guard let row = Self.table.row(from: status, on: event) else {
            throw IllegalTransition(
                subject: "the run", from: status.rawValue, event: event.rawValue,
                to: Self.table.rows.first { $0.event == event }?.to.rawValue ?? event.rawValue,
                allowed: allowed.map(\.rawValue))
        }
        status = row.to
        return row.actions
    }

    /// The states that can follow this one.
    public var allowed: [RunStatus] { Self.table.successors(of: status) }
}
