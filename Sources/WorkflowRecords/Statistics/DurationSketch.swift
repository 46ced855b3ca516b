/// How often each duration happened: what the index keeps of a day's runs, so that percentiles of a year need not read all of
/// them.
///
/// Up to a thousand different durations are kept as they are. Beyond that each counts as the middle of its span, of which there
/// are 64 an octave: then a percentile is right to within 0.8 %.
struct DurationSketch: Equatable {
    /// How many different durations are kept as they are.
    static let exactLimit = 1_000

    /// Durations in milliseconds, ascending, each with how often it happened.
    private(set) var counts: [(duration: Int, runs: Int)] = []
    private var isExact = true

    static func == (left: Self, right: Self) -> Bool { left.bytes == right.bytes }

    /// The sketch of durations in any order.
    init(_ durations: some Sequence<Int> = []) {
        counts = durations.map { (max(0, $0), 1) }
        combine()
        boundSize()
    }

    /// Adds what another one counts.
    mutating func add(_ other: DurationSketch) {
        isExact = isExact && other.isExact
        counts += other.counts
        combine()
        boundSize()
    }

    /// All of them together, exact as far as each is: for an answer, not to be kept.
    static func united(_ sketches: some Sequence<DurationSketch>) -> DurationSketch {
        var united = DurationSketch()
        for sketch in sketches { united.counts += sketch.counts }
        united.combine()
        return united
    }

    private mutating func combine() {
        counts.sort { $0.duration < $1.duration }
        var combined: [(duration: Int, runs: Int)] = []
        for (duration, runs) in counts {
            if let last = combined.last, last.duration == duration {
                combined[combined.count - 1].runs += runs
            } else {
                combined.append((duration, runs))
            }
        }
        counts = combined
    }

    private mutating func boundSize() {
        guard !isExact || counts.count > Self.exactLimit else { return }
        isExact = false
        counts = counts.map { (Self.middle(ofSpanAt: $0.duration), $0.runs) }
        combine()
    }

    /// The middle of the span that a duration lies in; durations below 128 ms are spans of their own.
    static func middle(ofSpanAt duration: Int) -> Int {
        let bits = Int.bitWidth - duration.leadingZeroBitCount
        guard bits > 7 else { return duration }
        let shift = bits - 7
        return (duration >> shift) << shift + (1 << shift) / 2
    }

    /// More runs than a damaged file may claim, and few enough that no sum of them overflows.
    private static let mostRuns = 1 << 40

    /// The form in which it is stored: a byte that says whether it is exact, then pairs of numbers of 7 bits a byte, the lowest
    /// first: the distance to the duration before, and how often.
    var bytes: [UInt8] {
        var bytes: [UInt8] = [isExact ? 1 : 0]
        var last = 0
        for (duration, runs) in counts {
            Self.append(duration - last, to: &bytes)
            Self.append(runs, to: &bytes)
            last = duration
        }
        return bytes
    }

    /// Reads ``bytes`` back; nil for anything else.
    init?(bytes: [UInt8]) {
        guard let first = bytes.first, first <= 1 else { return nil }
        isExact = first == 1
        var rest = bytes.dropFirst()
        var last = 0
        while !rest.isEmpty {
            guard let distance = Self.number(&rest), let runs = Self.number(&rest), runs <= Self.mostRuns else {
                return nil
            }
            let (duration, overflow) = last.addingReportingOverflow(distance)
            guard !overflow else { return nil }
            counts.append((duration, runs))
            last = duration
        }
    }

    private static func append(_ number: Int, to bytes: inout [UInt8]) {
        var rest = UInt(number)
        while rest > 127 {
            bytes.append(UInt8(rest & 127) | 128)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private static func number(_ bytes: inout ArraySlice<UInt8>) -> Int? {
        var (number, shift): (UInt, UInt) = (0, 0)
        while let byte = bytes.popFirst() {
            number |= UInt(byte & 127) << shift
            if byte < 128 { return Int(exactly: number) }
            shift += 7
            guard shift < 63 else { return nil }
        }
        return nil
    }
}
