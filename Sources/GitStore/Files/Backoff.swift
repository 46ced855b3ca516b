internal import Glibc

/// Waits that grow and are jittered, so that many writers who met once do not meet again.
public struct Backoff {
    private var ceiling: UInt32 = 500
    /// The longest wait, in microseconds.
    private static let limit: UInt32 = 8_000

    /// Begins with the shortest waits.
    public init() {}

    /// Waits a little, longer each time: at most 0.5 ms at first, 8 ms in the end.
    public mutating func wait() {
        // A signal may cut the wait short: then the next try only comes sooner.
        usleep(UInt32.random(in: 100...ceiling))
        ceiling = min(ceiling * 2, Self.limit)
    }
}
