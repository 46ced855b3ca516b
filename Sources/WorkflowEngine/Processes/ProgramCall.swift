internal import CLinux
internal import Glibc
internal import Synchronization
public import WorkflowLanguage

/// One call of a program that takes all of its input at once and whose output is wanted whole: a filter, not a step's
/// script.
///
/// The program leads a process group of its own; when it has ended, or is told to end, nothing of the group is left.
public struct ProgramCall: Sendable {
    /// The program's path, and its arguments.
    public var arguments: [String]
    /// Its whole environment.
    public var environment: [String: String]
    /// The folder that it starts in.
    public var directory: String
    /// What it reads. It is handed over in memory, never on disk.
    public var input: [UInt8]
    /// How many bytes of output are taken; more are read and left out.
    public var outputLimit = 16 << 20
    /// How many bytes it may print, outputs and all; it is ended when it prints more.
    public var printLimit: Int?
    /// What it may use.
    public var limits = StepLimits.none
    /// How long it may take to end after TERM, before KILL.
    public var grace: Duration = .seconds(5)

    /// How a call went.
    public struct Outcome: Sendable {
        /// The exit status; nil where a signal ended the program.
        public var exit: Int?
        /// The signal that ended it.
        public var signal: Int?
        /// What it printed.
        public var output: [UInt8]
        /// Whether it printed more than was taken.
        public var isCut: Bool
        /// Whether it was ended because it printed more than it may.
        public var hasPrintedTooMuch = false
        /// The processor time that it and what it waited for used.
        public var processorTime = Duration.zero
        /// Whether it was told to end.
        public var wasStopped: Bool
    }

    /// A call.
    public init(arguments: [String], environment: [String: String], directory: String, input: [UInt8] = []) {
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.input = input
    }

    /// Runs the program on a thread of its own. Where the task is cancelled, the program is ended.
    ///
    /// - Parameter onError: Is told what the program prints to standard error, piece by piece, on that thread.
    /// - Throws: `EngineError.system` where it cannot be started. That it fails is an outcome, not an error.
    public func run(onError: @escaping @Sendable (ArraySlice<UInt8>) -> Void) async throws(EngineError) -> Outcome {
        let stop = try StopSwitch()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let started = DetachedThread.startIfPossible {
                    continuation.resume(returning: Result { () throws(EngineError) in try run(stop, nil, onError) })
                }
                guard started else {
                    continuation.resume(
                        returning: .failure(EngineError(systemError: EAGAIN, "start a thread", object: arguments.first))
                    )
                    return
                }
            }
        } onCancel: {
            stop.raise()
        }
        return try result.get()
    }

    /// Runs the program, and waits for it on the calling thread; it is ended when `limit` is over.
    public func runBlocking(
        for limit: Duration? = nil, onError: (ArraySlice<UInt8>) -> Void = { _ in }
    ) throws(EngineError) -> Outcome {
        try run(StopSwitch(), limit, onError)
    }

    private func run(
        _ stop: StopSwitch, _ limit: Duration?, _ onError: (ArraySlice<UInt8>) -> Void
    ) throws(EngineError) -> Outcome {
        let source = try FileDescriptor(owning: clinux_memory_file(), "hand over input", object: arguments.first)
        try FileBytes.write(input[...], to: source.number, path: "input of \(arguments.first ?? "")")
        lseek(source.number, 0, SEEK_SET)
        let process = try ChildProcess(
            arguments: arguments, environment: environment.map { "\($0.key)=\($0.value)" }, directory: directory,
            limits: ProcessLimit.limits(limits), input: source)
        var session = try Session(process, stop: stop, limit: limit.map { .now + $0 }, call: self)
        return try session.run(onError)
    }
}

/// What ends a call from another thread.
private final class StopSwitch: Sendable {
    // The descriptor is opened once and only its number is read afterwards.
    nonisolated(unsafe) let descriptor: FileDescriptor

    init() throws(EngineError) {
        descriptor = try FileDescriptor(owning: clinux_wakeup(), "make an event counter")
    }

    func raise() { clinux_wakeup_raise(descriptor.number) }
}

/// A program under way.
private struct Session {
    private enum Token {
        static let ended: Reactor.Token = 0
        static let output: Reactor.Token = 1
        static let error: Reactor.Token = 2
        static let stop: Reactor.Token = 3
    }

    let process: ChildProcess
    let stop: StopSwitch
    let call: ProgramCall
    private let reactor: Reactor
    private let buffer = ReadBuffer()
    private var limit: ContinuousClock.Instant?
    private var killAt: ContinuousClock.Instant?
    private var outcome = ProgramCall.Outcome(output: [], isCut: false, wasStopped: false)
    private var isEnded = false
    private var printed = 0

    init(_ process: ChildProcess, stop: StopSwitch, limit: ContinuousClock.Instant?, call: ProgramCall)
        throws(EngineError)
    {
        self.process = process
        self.stop = stop
        self.limit = limit
        self.call = call
        reactor = try Reactor()
        try reactor.watch(process.ended, as: Token.ended)
        try reactor.watch(process.standardOutput, as: Token.output)
        try reactor.watch(process.standardError, as: Token.error)
        try reactor.watch(stop.descriptor, as: Token.stop)
    }

    mutating func run(_ onError: (ArraySlice<UInt8>) -> Void) throws(EngineError) -> ProgramCall.Outcome {
        do throws(EngineError) {
            while !isEnded {
                let deadline = [limit, killAt].compactMap { $0 }.min()
                for token in try reactor.wait(timeout: deadline.map { $0 - .now }) { handle(token, onError) }
                wake()
            }
        } catch {
            process.signalGroup(SIGKILL)
            throw error
        }
        drain(onError)
        return outcome
    }

    private mutating func handle(_ token: Reactor.Token, _ onError: (ArraySlice<UInt8>) -> Void) {
        switch token {
        case Token.ended:
            isEnded = true
            // Before the leader is reaped: until then the group's number cannot belong to anybody else.
            process.signalGroup(SIGKILL)
            switch process.reap() {
            case .exited(let status): outcome.exit = status
            case .signalled(let signal): outcome.signal = signal
            case nil: outcome.signal = Int(SIGKILL)
            }
            outcome.processorTime = process.processorTime
        case Token.output: if !readOutput() { reactor.ignore(process.standardOutput) }
        case Token.error: if !readError(onError) { reactor.ignore(process.standardError) }
        default:
            reactor.ignore(stop.descriptor)
            end()
        }
    }

    /// Does what is due.
    private mutating func wake() {
        let now = ContinuousClock.now
        if let limit, limit <= now {
            self.limit = nil
            end()
        }
        if let killAt, killAt <= now {
            self.killAt = nil
            process.signalGroup(SIGKILL)
        }
    }

    private mutating func end() {
        guard !outcome.wasStopped, !isEnded else { return }
        outcome.wasStopped = true
        killAt = .now + call.grace
        process.signalGroup(SIGTERM)
        process.signalGroup(SIGCONT)
    }

    /// Bounded: what cannot be ended may print for ever.
    private mutating func drain(_ onError: (ArraySlice<UInt8>) -> Void) {
        for _ in 0..<64 { guard readOutput() else { break } }
        for _ in 0..<64 { guard readError(onError) else { break } }
    }

    private mutating func readOutput() -> Bool {
        let limit = call.outputLimit
        return read(process.standardOutput) { $0.take($1, limit) }
    }

    private mutating func readError(_ onError: (ArraySlice<UInt8>) -> Void) -> Bool {
        read(process.standardError) { onError($1) }
    }

    /// Reads what is there; returns false at the end of the stream, and where nothing is there.
    private mutating func read(
        _ stream: FileDescriptor, _ take: (inout ProgramCall.Outcome, ArraySlice<UInt8>) -> Void
    ) -> Bool {
        let (piece, failure) = buffer.read(stream)
        guard !piece.isEmpty else { return failure == EINTR }
        take(&outcome, piece[...])
        printed += piece.count
        if let most = call.printLimit, printed > most {
            outcome.hasPrintedTooMuch = true
            end()
        }
        return true
    }
}

extension ProgramCall.Outcome {
    fileprivate mutating func take(_ piece: ArraySlice<UInt8>, _ limit: Int) {
        let room = limit - output.count
        if piece.count > room { isCut = true }
        output += piece.prefix(max(0, room))
    }
}
