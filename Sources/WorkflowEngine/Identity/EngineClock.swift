import Glibc

/// What the engine reads the time from.
public protocol EngineClock: Sendable {
    /// The current moment.
    var now: Timestamp { get }
}

/// The system's clock.
public struct SystemClock: EngineClock {
    /// The system's clock.
    public init() {}

    /// The current moment of the system.
    public var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: time.tv_sec * 1000 + time.tv_nsec / 1_000_000)
    }
}
