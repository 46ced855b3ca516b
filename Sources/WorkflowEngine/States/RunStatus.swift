/// Where a run stands.
public enum RunStatus: String, Sendable, Hashable, CaseIterable {
    case queued
    case running
    /// Nothing of it runs: every step that is left waits for a time, a signal or a person.
    case waiting
    /// A person or a lost terminal stopped it; only a person makes it go on.
    case paused
    case succeeded
    case failed
    case cancelled
    /// Its finished steps are being undone.
    case compensating
    case compensated
    case compensationFailed = "compensation-failed"

    /// Whether the run is over for good.
    ///
    /// `failed` and `cancelled` count: where a compensation follows, both transitions are journaled together, so nobody
    /// ever reads a run that has failed and will still be undone.
    public var isFinal: Bool {
        switch self {
        case .succeeded, .failed, .cancelled, .compensated, .compensationFailed: true
        case .queued, .running, .waiting, .paused, .compensating: false
        }
    }
}
