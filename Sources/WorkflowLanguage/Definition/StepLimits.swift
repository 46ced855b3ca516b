import DocumentTree

/// How much an attempt of a step may use. What is nil is not bounded.
public struct StepLimits: Sendable, Hashable {
    /// The address space of each of its processes, in bytes (`RLIMIT_AS`, setrlimit(2)).
    public var memory: Int?
    /// The processor time of each of its processes (`RLIMIT_CPU`); whole seconds.
    public var cpuTime: Duration?
    /// How many files each of its processes may have open (`RLIMIT_NOFILE`).
    public var openFiles: Int?
    /// How many bytes it may print.
    public var output: Int?

    /// Limits.
    public init(memory: Int? = nil, cpuTime: Duration? = nil, openFiles: Int? = nil, output: Int? = nil) {
        self.memory = memory
        self.cpuTime = cpuTime
        self.openFiles = openFiles
        self.output = output
    }

    /// Nothing is bounded.
    public static let none = StepLimits()

    /// These, bounded by others: of two bounds the lower one counts.
    public func bounded(by other: StepLimits) -> StepLimits {
        func lower<Amount: Comparable>(_ one: Amount?, _ two: Amount?) -> Amount? {
            guard let one, let two else { return one ?? two }
            return min(one, two)
        }
        return StepLimits(
            memory: lower(memory, other.memory), cpuTime: lower(cpuTime, other.cpuTime),
            openFiles: lower(openFiles, other.openFiles), output: lower(output, other.output))
    }

    /// These, with what they leave open taken from others.
    func completed(from other: StepLimits) -> StepLimits {
        StepLimits(
            memory: memory ?? other.memory, cpuTime: cpuTime ?? other.cpuTime, openFiles: openFiles ?? other.openFiles,
            output: output ?? other.output)
    }

    /// The table of the keys.
    static let keys = KeyTable(
        "`limits`",
        keys: [
            KeyTable.Key("memory", .formatted(.byteSize), "The address space of each process of the step."),
            KeyTable.Key("cpu-time", .formatted(.duration), "The processor time of each process, in whole seconds."),
            KeyTable.Key("open-files", .integer(8...1_048_576), "How many files each process may have open."),
            KeyTable.Key("output", .formatted(.byteSize), "How much the step may print."),
        ])

    init(_ node: Node?, _ reader: inout NodeReader) {
        memory = reader.byteSize(node?["memory"], key: "memory")
        openFiles = reader.integer(node?["open-files"])
        output = reader.byteSize(node?["output"], key: "output")
        cpuTime = reader.duration(node?["cpu-time"], key: "cpu-time", isPositive: true)
        if let time = cpuTime, time.components.attoseconds != 0, let place = node?["cpu-time"] {
            reader.report(.rule, at: place, "`cpu-time` is counted in whole seconds")
        }
    }
}

extension StepLimits {
    /// Reports limits in a step that are beyond those of the settings.
    func check(against ceiling: StepLimits, at node: Node?, _ reader: inout NodeReader) {
        func check(_ key: String, _ isBeyond: Bool, _ bound: String?) {
            guard isBeyond, let place = node?[key], let bound else { return }
            reader.report(
                .forbidden, at: place, "`\(key)` may be at most \(bound) here",
                hint: "`limits` in \(Settings.path) says so")
        }
        func exceeds<Amount: Comparable>(_ own: Amount?, _ bound: Amount?) -> Bool {
            own.flatMap { own in bound.map { own > $0 } } ?? false
        }
        check("memory", exceeds(memory, ceiling.memory), ceiling.memory.map(ByteSize.text))
        check(
            "cpu-time", exceeds(cpuTime, ceiling.cpuTime), ceiling.cpuTime.map { "\($0.components.seconds)s" })
        check("open-files", exceeds(openFiles, ceiling.openFiles), ceiling.openFiles.map(String.init))
        check("output", exceeds(output, ceiling.output), ceiling.output.map(ByteSize.text))
    }
}
