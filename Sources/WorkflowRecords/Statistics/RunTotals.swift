/// How many runs there were, and how they ended.
public struct RunTotals: Hashable, Sendable {
    /// All runs that ended.
    public var runs: Int
    /// Those that succeeded.
    public var succeeded: Int
    /// Those that were cancelled.
    public var cancelled: Int
    /// The sum of their durations in milliseconds, and how many runs have one.
    public var duration: Int
    /// How many runs have a duration.
    public var timed: Int

    /// Nothing.
    public init(runs: Int = 0, succeeded: Int = 0, cancelled: Int = 0, duration: Int = 0, timed: Int = 0) {
        self.runs = runs
        self.succeeded = succeeded
        self.cancelled = cancelled
        self.duration = duration
        self.timed = timed
    }

    /// Those that failed, were compensated, or whose compensation failed.
    public var failed: Int { runs - succeeded - cancelled }

    /// The share of the runs that succeeded, from 0 to 1, where those that somebody cancelled count for neither side; nil
    /// where there are no others.
    public var successRate: Double? {
        let judged = succeeded + failed
        return judged == 0 ? nil : Double(succeeded) / Double(judged)
    }

    /// The mean duration in milliseconds.
    public var meanDuration: Int? { timed == 0 ? nil : duration / timed }
}

/// A span of days in UTC, given in days since 1970.
public struct DayRange: Hashable, Sendable {
    /// The first day.
    public let first: Int
    /// The last day, which belongs to it.
    public let last: Int

    /// From one day to another, both included; the other way round it holds no day.
    public init(first: Int, last: Int) {
        self.first = first
        self.last = last
    }
}

/// The sums of something that has a name: a workflow, a version, a day.
public struct NamedTotals<Name: Hashable & Sendable>: Hashable, Sendable {
    /// What it is.
    public let name: Name
    /// Its sums.
    public let totals: RunTotals
}

/// The sums of a version of a workflow.
public struct VersionTotals: Hashable, Sendable {
    /// Its number; or that the file was not committed, or that the number was unknown where it ran.
    public let version: RanVersion
    /// Whether HEAD's history has it: another branch counts for itself, and has another version of the same number. True where the
    /// history is unknown, as in a shallow clone.
    public let isOnHistory: Bool
    /// Its sums.
    public let totals: RunTotals
}

/// How long runs took: percentiles by the nearest rank, in milliseconds. Of days on which a workflow ran with more than a
/// thousand different durations they are right to within 0.8 %.
public struct DurationSpread: Hashable, Sendable {
    /// How many runs have a duration.
    public let count: Int
    /// The shortest and the longest.
    public let shortest: Int
    /// The longest.
    public let longest: Int
    /// Half of the runs took at most so long.
    public let median: Int
    /// 95 of 100 runs took at most so long.
    public let p95: Int
    /// 99 of 100 runs took at most so long.
    public let p99: Int

    /// The spread of the durations that a sketch counts; nil of none.
    init?(_ sketch: DurationSketch) {
        guard let shortest = sketch.counts.first?.duration, let longest = sketch.counts.last?.duration else {
            return nil
        }
        let count = sketch.counts.reduce(0) { $0 + $1.runs }
        func percentile(_ share: Double) -> Int {
            var left = max(1, Int((share * Double(count)).rounded(.up)))
            for (duration, runs) in sketch.counts {
                left -= runs
                if left <= 0 { return duration }
            }
            return longest
        }
        self.count = count
        self.shortest = shortest
        self.longest = longest
        median = percentile(0.5)
        p95 = percentile(0.95)
        p99 = percentile(0.99)
    }
}

/// How a step fared.
public struct StepTotals: Hashable, Sendable {
    /// The workflow and the step.
    public let workflow: String
    /// The step.
    public let step: String
    /// How often it ran.
    public let runs: Int
    /// How often it failed in the end.
    public let failed: Int
    /// How often it was tried again.
    public let retried: Int
    /// How often it succeeded after it was tried again.
    public let recovered: Int
    /// The mean duration in milliseconds.
    public let meanDuration: Int?
}

/// How often an error of a class happened.
public struct ErrorTotals: Hashable, Sendable {
    /// The class: `exit`, `timeout` …
    public let kind: String
    /// Attempts that failed with it.
    public let attempts: Int
    /// Steps that failed with it in the end.
    public let failed: Int
    /// Steps that succeeded when they were tried again after it.
    public let recovered: Int
}

/// How often somebody or something saved.
public struct ChangeTotals: Hashable, Sendable {
    /// The workflow, the person, the day or the kind of change.
    public let name: String
    /// All versions.
    public let versions: Int
    /// Those that went back: rollbacks and reverts.
    public let undone: Int
    /// When the last was committed, in seconds since 1970.
    public let last: Int
}

/// What a segment of records holds.
public struct SegmentTotals: Hashable, Sendable {
    /// The segment.
    public let segment: RecordSegment
    /// The runs in it.
    public let runs: Int
    /// The size of their records in bytes, before git compresses them.
    public let bytes: Int
    /// The audit events in it.
    public let events: Int
}
