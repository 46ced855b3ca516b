import Synchronization
import WorkflowEngine

/// A clock that stands until a test moves it.
final class FixedClock: EngineClock {
    private let milliseconds: Mutex<Int>

    init(_ milliseconds: Int) { self.milliseconds = Mutex(milliseconds) }

    var now: Timestamp { Timestamp(milliseconds: milliseconds.withLock { $0 }) }

    func set(_ milliseconds: Int) { self.milliseconds.withLock { $0 = milliseconds } }
}
