/// Where a step stands.
public enum StepStatus: String, Sendable, Hashable, CaseIterable {
    /// Steps that it needs have not ended.
    case pending
    /// It may start as soon as there is room.
    case ready
    case running
    /// An attempt failed; the next one is due later.
    case retrying
    /// It waits for a time, a signal or a person.
    case waiting
    case succeeded
    case failed
    case skipped
    case cancelled
    /// It is being undone.
    case compensating
    case compensated
    case compensationFailed = "compensation-failed"

    /// Whether the step itself is over (it may still be undone).
    public var hasEnded: Bool {
        switch self {
        case .pending, .ready, .running, .retrying, .waiting: false
        case .succeeded, .failed, .skipped, .cancelled, .compensating, .compensated, .compensationFailed: true
        }
    }
}

/// How a step ended, in the words of GitHub Actions.
///
/// A step's *outcome* is what happened; its *conclusion* is what counts for the steps behind it, after
/// `continue-on-error`.
public enum StepResult: String, Sendable, Hashable, CaseIterable {
    case success, failure, cancelled, skipped
}
