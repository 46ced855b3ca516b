internal import DocumentTree
internal import Glibc
internal import WorkflowLanguage

/// The structured log of one run: a JSON object a line, in `events.jsonl` beside the logs of its steps. Whoever drives the
/// run appends to it; it survives its driver.
///
/// It is for people and tools that look on, and holds nothing that the journal does not have or that the logs of steps do not
/// hold: secrets are masked before anything gets here. It is not synced to disk, and a log that cannot be written stops
/// nothing.
final class RunLog {
    private let path: String
    private let fields: [(String, Value)]
    private let clock: any EngineClock
    private let limit: Int
    private var descriptor: FileDescriptor?
    private var size = 0
    private var pending: [UInt8] = []
    /// How much output of each attempt stands in the log.
    private var shown: [String: Int] = [:]

    /// The name of the file in a run's folder of logs.
    static let name = "events.jsonl"
    /// How large the file may get before it is set aside, once; in bytes.
    static let limit = 8 << 20
    /// How much of what an attempt prints is told here; all of it is in the attempt's own log. In bytes.
    private static let shownOutput = 64 << 10

    init(folder: String, record: RunRecord, clock: any EngineClock, limit: Int = RunLog.limit) {
        path = "\(folder)/\(Self.name)"
        self.clock = clock
        self.limit = limit
        fields = [
            ("run", .string(record.run.description)), ("correlation_id", .string(record.correlationID)),
            ("workflow", .string(record.definition.workflow.description)),
        ]
    }

    /// Adds what happened; it is written with the next `flush`.
    func add(_ progress: RunProgress) {
        guard let event = event(of: progress) else { return }
        var line = ValueMapping([("time", .string(clock.now.description)), ("level", .string(event.level))])
        line["event"] = .string(event.name)
        for (key, value) in fields + event.details { line[key] = value }
        guard let json = try? Value.mapping(line).jsonBytes(.journal) else { return }
        pending += json
        pending.append(0x0A)
    }

    /// Writes the lines that were added, in one piece, so that no line is torn.
    func flush() {
        guard !pending.isEmpty else { return }
        defer { pending.removeAll(keepingCapacity: true) }
        do throws(EngineError) {
            if size + pending.count > limit { try setAside() }
            let descriptor = try opened()
            try FileBytes.write(pending[...], to: descriptor.number, path: path)
            size += pending.count
        } catch {
            // Somebody else's disk is full: the run goes on without.
            descriptor = nil
        }
    }

    private func opened() throws(EngineError) -> FileDescriptor {
        if let descriptor { return descriptor }
        let number = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        let descriptor = try FileDescriptor(owning: number < 0 ? -errno : number, "write the log", object: path)
        var status = stat()
        if fstat(descriptor.number, &status) == 0 { size = Int(status.st_size) }
        self.descriptor = descriptor
        return descriptor
    }

    /// Makes room: what stands in the file becomes the older half of the log.
    private func setAside() throws(EngineError) {
        _ = try opened()
        guard size + pending.count > limit else { return }
        descriptor = nil
        rename(path, path + ".1")
        size = 0
    }

    private struct Event {
        var name: String
        var level = "info"
        var details: [(String, Value)] = []
    }

    private func event(of progress: RunProgress) -> Event? {
        switch progress {
        case .runStarted(_, let isResumed): return Event(name: isResumed ? "run-resumed" : "run-started")
        case .itemsBegan(let step, let count):
            return Event(name: "items-began", details: [("step", id(step)), ("count", .integer(count))])
        case .attemptStarted(let step, let phase, let number):
            return Event(name: "attempt-started", details: attempt(step, phase, number))
        case .output(let step, let phase, let stream, let bytes): return output(bytes, step, phase, stream)
        case .retrying(let step, let phase, let number, let error, let delay):
            return Event(
                name: "attempt-failed", level: "warning",
                details: attempt(step, phase, number) + self.error(error) + [("retry_in_ms", Value(delay))])
        case .stepWaits(let record):
            let summary = record.waiting?.summary
            return Event(name: "step-waits", details: [("step", id(record.id)), ("for", Value(summary))])
        case .stepEnded(let record):
            let isBad = record.outcome == .failure
            return Event(
                name: "step-ended", level: isBad ? "error" : "info",
                details: [
                    ("step", id(record.id)), ("outcome", Value(record.outcome?.rawValue)),
                    ("duration_ms", Value(record.duration)), ("attempts", .integer(record.attempts.count)),
                ] + (record.cache?.origin.map { [("cached_from", .string($0.description))] } ?? [])
                    + (record.skipped.map { [("why", .string($0))] } ?? []) + (isBad ? error(record.error) : []))
        case .stepUndone(let record):
            let status = record.compensation?.status
            return Event(
                name: "step-undone", level: status == .failed ? "error" : "info",
                details: [("step", id(record.id)), ("status", Value(status?.rawValue))])
        case .heldUp(let error):
            return Event(name: "held-up", level: "warning", details: [("message", .string(error.description))])
        // Told before there is a log.
        case .noPlace: return nil
        case .runLeft(let status): return Event(name: "run-left", details: [("status", .string(status.rawValue))])
        }
    }

    private func id(_ step: StepID) -> Value { .string(step.description) }

    private func attempt(_ step: StepID, _ phase: AttemptPhase, _ number: Int) -> [(String, Value)] {
        [("step", id(step)), ("attempt", .integer(number))] + (phase == .undo ? [("undo", true)] : [])
    }

    private func error(_ error: StepError?) -> [(String, Value)] {
        error.map { [("class", .string($0.kind)), ("message", .string($0.message))] } ?? []
    }

    private func output(_ bytes: [UInt8], _ step: StepID, _ phase: AttemptPhase, _ stream: OutputStream) -> Event? {
        let key = "\(step)\(phase)"
        let room = Self.shownOutput - (shown[key] ?? 0)
        guard room > 0 else { return nil }
        shown[key, default: 0] += bytes.count
        let text = String(decoding: bytes.prefix(room), as: UTF8.self)
        return Event(
            name: "output", level: "debug",
            details: [
                ("step", id(step)), ("stream", stream == .standardOutput ? "stdout" : "stderr"),
                ("text", .string(text)),
            ])
    }
}
