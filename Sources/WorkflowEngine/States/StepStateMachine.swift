public import WorkflowLanguage

/// What happens to a step.
public enum StepEvent: String, Sendable, Hashable, CaseIterable {
    /// All that it needs has ended, and its condition holds.
    case admit
    /// Its condition does not hold, nothing starts any more, or a person wants it left out.
    case skip
    /// A person says what its result is.
    case setResult = "set-result"
    /// An attempt begins.
    case start
    /// The attempt failed, or asked something that is answered, and there will be another one.
    case retry
    /// It goes on when a time, a signal or a person says so.
    case wait
    case succeed
    case fail
    case cancel
    /// Its undo begins.
    case compensate
    case compensated
    case compensationFailed = "compensation-failed"
}

/// What a runner does once the transition is on disk.
public enum StepAction: String, Sendable, Hashable {
    /// Run an attempt.
    case attempt
    /// Wake up when the next attempt is due.
    case schedule
    /// Look which steps may start now.
    case settle
    /// Run an attempt to undo it.
    case undo
}

/// The life of a step: a value that changes by events and says what is to be done.
public struct StepStateMachine: Sendable, Hashable {
    /// Which step it is.
    public let step: StepID
    /// Where the step stands.
    public private(set) var status: StepStatus

    /// A step in the given state; a new one is `pending`.
    public init(step: StepID, status: StepStatus = .pending) {
        self.step = step
        self.status = status
    }

    // swift-format-ignore
    static let table = TransitionTable<StepStatus, StepEvent, StepAction>([
        // from                               event                to                   then
        ([.pending],                          .admit,              .ready,              []),
        ([.pending, .ready, .running, .retrying, .waiting], .skip,      .skipped,       [.settle]),
        ([.pending, .ready, .running, .retrying, .waiting], .setResult, .succeeded,     [.settle]),
        ([.ready, .retrying],                 .start,              .running,            [.attempt]),
        ([.running, .waiting],                .retry,              .retrying,           [.schedule]),
        ([.running],                          .wait,               .waiting,            []),
        ([.running, .waiting],                .succeed,            .succeeded,          [.settle]),
        ([.running, .retrying, .waiting],     .fail,               .failed,             [.settle]),
        ([.ready, .running, .retrying, .waiting], .cancel,         .cancelled,          [.settle]),
        ([.succeeded, .failed, .skipped, .cancelled], .compensate, .compensating,       [.undo]),
        ([.compensating],                     .compensated,        .compensated,        [.settle]),
        ([.compensating],                     .compensationFailed, .compensationFailed, [.settle]),
    ])

    /// Applies an event, and returns what is to be done once the new state is on disk.
    /// - Throws: `IllegalTransition`, and stays as it was, where the table does not list the event for this state.
    @discardableResult
    public mutating func apply(_ event: StepEvent) throws(IllegalTransition) -> [StepAction] {
        guard let row = Self.table.row(from: status, on: event) else {
            throw IllegalTransition(
                subject: "step \(step)", from: status.rawValue, event: event.rawValue,
                to: Self.table.rows.first { $0.event == event }?.to.rawValue ?? event.rawValue,
                allowed: allowed.map(\.rawValue))
        }
        status = row.to
        return row.actions
    }

    /// The states that can follow this one.
    public var allowed: [StepStatus] { Self.table.successors(of: status) }
}
