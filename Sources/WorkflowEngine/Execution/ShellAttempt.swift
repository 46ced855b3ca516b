internal import DocumentTree
internal import Glibc
internal import WorkflowLanguage

/// An attempt under way in a process of its own.
final class ShellAttempt {
    /// How long things may take.
    struct Limits {
        /// When the attempt must have ended, and what its error says otherwise.
        var deadline: (at: ContinuousClock.Instant, error: StepError)?
        /// How long the processes may take to end after TERM, before KILL.
        var grace: Duration
        /// How long output is awaited from processes that outlive the script, before they are ended.
        var linger: Duration
        /// What the attempt may use.
        var resources = StepLimits.none
    }

    private enum Phase {
        case running
        /// TERM was sent.
        case terminating(StepError, kill: ContinuousClock.Instant)
        /// The script has ended after TERM, but others of its group have not.
        case outlived(StepError, kill: ContinuousClock.Instant)
        /// KILL was sent.
        case killed(StepError)
        /// The script has ended by itself, but something still holds its output open.
        case lingering(until: ContinuousClock.Instant)
        case over
    }

    let process: ChildProcess
    /// What the process is started with that tells it and its children from all others (`NAME=value`).
    let marks: [String]
    private let capture: OutputCapture
    private let outputFile: String
    private let logLimits: LogLimits
    private let limits: Limits
    private let buffer: ReadBuffer
    private var phase = Phase.running
    /// How many bytes it has printed.
    private var printed = 0
    /// Why it was ended, where it printed too much.
    private var overrun: StepError?
    private var openStreams: Set<OutputStream> = [.standardOutput, .standardError]

    init(
        _ process: ChildProcess, marks: [String], capture: OutputCapture, outputFile: String, logLimits: LogLimits,
        limits: Limits, buffer: ReadBuffer
    ) {
        self.process = process
        self.marks = marks
        self.capture = capture
        self.outputFile = outputFile
        self.logLimits = logLimits
        self.limits = limits
        self.buffer = buffer
    }

    /// When `wake` wants to be called next; nil where only the processes matter.
    var deadline: ContinuousClock.Instant? {
        switch phase {
        case .running: limits.deadline?.at
        case .terminating(_, let kill), .outlived(_, let kill): kill
        case .lingering(let until): until
        case .killed, .over: nil
        }
    }

    /// Whether the last read filled its buffer, so that there may be more.
    private(set) var mayHaveMore = false

    func descriptor(of stream: OutputStream) -> FileDescriptor {
        stream == .standardOutput ? process.standardOutput : process.standardError
    }

    /// Whether the stream can still bring something.
    func isOpen(_ stream: OutputStream) -> Bool { openStreams.contains(stream) }

    /// Reads what is there; returns what may be shown.
    func read(_ stream: OutputStream) -> [UInt8] {
        let (piece, failure) = buffer.read(descriptor(of: stream))
        mayHaveMore = !piece.isEmpty
        guard piece.isEmpty else {
            count(piece)
            return capture.take(piece, from: stream)
        }
        if failure != EAGAIN, failure != EINTR { openStreams.remove(stream) }
        return []
    }

    /// Ends the attempt once it has printed more than it may.
    private func count(_ piece: [UInt8]) {
        printed += piece.count
        guard overrun == nil, let most = limits.resources.output, printed > most else { return }
        let error = StepError(StepError.limitKind, "it printed more than limits.output, \(ByteSize.text(most))")
        overrun = error
        stop(error, now: .now)
    }

    /// Whether the attempt is over, now that the script's own process is.
    func leaderEnded(now: ContinuousClock.Instant) -> Bool {
        switch phase {
        case .running where !openStreams.isEmpty: phase = .lingering(until: now + limits.linger)
        case .terminating(let error, let kill): phase = .outlived(error, kill: kill)
        case .running, .outlived, .killed, .lingering, .over: return true
        }
        return false
    }

    /// Whether the script has ended after TERM, so that only the others of its group are awaited: they have the same grace.
    var isOutlived: Bool {
        if case .outlived = phase { true } else { false }
    }

    /// A process that has outlived the script, as a descriptor that can be read when it has ended.
    private(set) var survivor: FileDescriptor?

    /// Looks for a process of the group that has not ended; nil where all have.
    func nextSurvivor(_ strays: StrayProcesses) -> FileDescriptor? {
        survivor = strays.survivor(of: process.pid)
        return survivor
    }

    /// Whether the attempt is over, now that a stream has ended.
    var isDrained: Bool {
        guard case .lingering = phase else { return false }
        return openStreams.isEmpty
    }

    /// Does what is due; returns whether the attempt is over.
    func wake(now: ContinuousClock.Instant) -> Bool {
        guard let deadline, deadline <= now else { return false }
        switch phase {
        case .running: if let limit = limits.deadline { stop(limit.error, now: now) }
        case .terminating(let error, _):
            phase = .killed(error)
            process.signalGroup(SIGKILL)
        case .lingering, .outlived: return true
        case .killed, .over: break
        }
        return false
    }

    /// Asks the processes to end; those that have not after the grace are killed.
    func stop(_ error: StepError, now: ContinuousClock.Instant) {
        guard case .running = phase else { return }
        phase = .terminating(error, kill: now + limits.grace)
        process.signalGroup(SIGTERM)
        // A stopped process would not see TERM.
        process.signalGroup(SIGCONT)
    }

    /// Ends the processes at once.
    func kill() {
        switch phase {
        case .running: phase = .killed(StepError(StepError.cancelledKind, "the run was cancelled"))
        case .terminating(let error, _): phase = .killed(error)
        case .outlived(let error, _): phase = .outlived(error, kill: .now)
        case .killed, .lingering, .over: break
        }
        process.signalGroup(SIGKILL)
    }

    /// Ends what is left of the group, collects the script's end, and closes the log.
    func finish(_ strays: StrayProcesses) -> (result: AttemptResult, output: [UInt8], error: [UInt8]) {
        process.signalGroup(SIGKILL)
        let end = process.reap()
        strays.sweep(marks, group: process.pid)
        drain()
        let (output, error) = capture.finish()
        var result = AttemptResult()
        take(end, into: &result)
        let verdict = LimitVerdict(
            limits: limits.resources, exit: result.exit, signal: result.signal, processorTime: process.processorTime,
            complaint: capture.standardError)
        if result.error != nil, let error = verdict.error { result.error = error }
        switch phase {
        case .terminating(let error, _), .outlived(let error, _), .killed(let error): result.error = error
        case .running, .lingering, .over: if let overrun { result.error = overrun }
        }
        phase = .over
        collectOutputs(into: &result)
        result.log = capture.finishLog()
        return (result, output, error)
    }

    private func take(_ end: ChildProcess.End?, into result: inout AttemptResult) {
        if let error = process.startError {
            result.error = StepError("spawn", error.description)
            return
        }
        switch end {
        case .exited(let status):
            result.exit = status
            if status != 0 { result.error = StepError("exit", "the script exited with status \(status)") }
        case .signalled(let signal):
            result.signal = signal
            result.error = StepError("signal", "the script was ended by \(Self.name(ofSignal: signal))")
        case nil: result.error = StepError("signal", "the end of the script was lost")
        }
    }

    /// Takes what was printed before the end. Bounded: what cannot be ended may print for ever.
    private func drain() {
        for stream in [OutputStream.standardOutput, .standardError] {
            for _ in 0..<64 where isOpen(stream) {
                _ = read(stream)
                if !mayHaveMore { break }
            }
        }
    }

    private func collectOutputs(into result: inout AttemptResult) {
        var outputs = ValueMapping()
        do throws(StepError) {
            outputs = try writtenOutputs()
        } catch {
            result.error = result.error ?? error
        }
        outputs["stdout"] = outputs["stdout"] ?? .string(capture.standardOutput)
        outputs["stderr"] = outputs["stderr"] ?? .string(capture.standardError)
        outputs["exit"] = result.exit.map { .integer($0) } ?? .null
        result.outputs = outputs
    }

    /// What the script wrote to `$WFREPO_OUTPUT`; empty where it removed that.
    private func writtenOutputs() throws(StepError) -> ValueMapping {
        var status = stat()
        guard lstat(outputFile, &status) == 0 else { return [:] }
        // To open a FIFO would be to wait for somebody who writes to it.
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw StepError("outputs", "$WFREPO_OUTPUT is no file any more: the script put something else in its place")
        }
        guard let bytes = FileBytes.read(outputFile, limit: logLimits.outputFile + 1) else {
            throw StepError("outputs", "$WFREPO_OUTPUT can't be read")
        }
        unlink(outputFile)
        guard bytes.count <= logLimits.outputFile else {
            throw StepError("outputs", "$WFREPO_OUTPUT is larger than \(logLimits.outputFile) bytes")
        }
        return try OutputFile.parse(bytes)
    }

    private static func name(ofSignal number: Int) -> String {
        let names = [
            1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL",
            11: "SIGSEGV", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM", 24: "SIGXCPU", 25: "SIGXFSZ",
        ]
        return names[number] ?? "signal \(number)"
    }
}
