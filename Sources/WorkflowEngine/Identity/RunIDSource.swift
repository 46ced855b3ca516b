import Synchronization

/// Makes run identifiers: ordered by time, and within one millisecond by the order in which they were made.
public final class RunIDSource: Sendable {
    private let clock: any EngineClock
    private let random: @Sendable () -> UInt64
    private let last = Mutex<RunID?>(nil)

    /// A source that reads the time from `clock` and takes 64 random bits at a time from `random`.
    public init(
        clock: any EngineClock,
        random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) }
    ) {
        self.clock = clock
        self.random = random
    }

    /// The next identifier, greater than all that this source made before, also where the clock was set back.
    public func next() -> RunID {
        let now = UInt64(clamping: clock.now.milliseconds) & 0xFFFF_FFFF_FFFF
        let fresh = RunID(high: now << 16 | random() & 0xFFFF, low: random())
        return last.withLock { last in
            var next = fresh
            if let last, last.high >> 16 >= now {
                let (low, carry) = last.low.addingReportingOverflow(1)
                next = RunID(high: last.high &+ (carry ? 1 : 0), low: low)
            }
            last = next
            return next
        }
    }
}
