internal import CLinux
import Glibc
import WorkflowEngine

/// Listens for Ctrl-C and TERM while a run goes on.
///
/// On a terminal, Ctrl-C offers to go on, to pause and resume later, or to cancel; where the run is being undone, to go on with
/// that, to leave it, or to end it. After a cancellation it ends what still runs without grace. Without a terminal, and on TERM
/// and HUP, the run is paused, or left where it is being undone: nothing is lost, and `runs resume` continues it.
final class InterruptWatch: Sendable {
    private static let signals = [SIGINT, SIGTERM, SIGHUP]
    private let thread: pthread_t
    /// A question that is open when the run is over waits for no answer: the pipe can be read then.
    private let over: (read: Int32, write: Int32)?

    /// Starts to listen, on a thread of its own.
    ///
    /// - Parameter tell: tells the audit what was asked of the run.
    init(
        run: RunID, engine: Engine, display: RunDisplay?, terminal: Terminal,
        tell: @escaping @Sendable (ControlAction) throws -> Void
    ) {
        var set = Self.signalSet()
        pthread_sigmask(SIG_BLOCK, &set, nil)
        over = openPipe()
        let listener = Listener(
            run: run, engine: engine, display: display, terminal: terminal, over: over?.read, tell: tell)
        thread = startThread { listener.listen() }
    }

    /// Stops to listen. The signals stay blocked: the run is over, and what is left to do is short.
    func stop() {
        // A byte, and not the end of the pipe: a process that is just being started may have a copy of it.
        if let over { _ = write(over.write, "!", 1) }
        pthread_kill(thread, SIGUSR2)
        pthread_join(thread, nil)
        if let over {
            close(over.write)
            close(over.read)
        }
    }

    private static func signalSet() -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals + [SIGUSR2] { sigaddset(&set, signal) }
        return set
    }

    private struct Listener: Sendable {
        let run: RunID
        let engine: Engine
        let display: RunDisplay?
        let terminal: Terminal
        /// Can be read when the run is over.
        let over: Int32?
        let tell: @Sendable (ControlAction) throws -> Void

        func listen() {
            var isCancelled = false
            while let received = Self.nextSignal() {
                if received == SIGINT, terminal.inputIsTerminal, terminal.errorIsTerminal {
                    isCancelled = interrupted(isCancelled: isCancelled)
                } else {
                    pause()
                }
            }
        }

        /// Waits for the next signal; nil when the run is over.
        private static func nextSignal() -> Int32? {
            var set = InterruptWatch.signalSet()
            var received: Int32 = 0
            while sigwait(&set, &received) != 0 {}
            return received == SIGUSR2 ? nil : received
        }

        /// Forgets the times that Ctrl-C was typed while a question was open: they are no answer to the next one.
        private static func forgetInterrupts() {
            var set = sigset_t()
            sigemptyset(&set)
            sigaddset(&set, SIGINT)
            var now = timespec()
            while sigtimedwait(&set, nil, &now) > 0 {}
        }

        /// Ctrl-C: asks what to do. Where the run was cancelled already, what still runs of it is ended without grace. Returns
        /// whether the run is cancelled.
        private func interrupted(isCancelled: Bool) -> Bool {
            if isBeingUndone {
                offerToLeave()
                return isCancelled
            }
            guard isCancelled else { return offer() }
            send(.cancel())
            return true
        }

        /// What is being undone can't be paused, but it can be left.
        private func pause() {
            say("pausing once the steps that run now have ended; go on with: wfrepo runs resume \(run)")
            engine.giveUp()
            if !isBeingUndone { send(.pause) }
        }

        private var isBeingUndone: Bool { (try? engine.store.status(of: run)) == .compensating }

        /// Asks what to do; returns whether the run is cancelled.
        private func offer() -> Bool {
            switch ask("\nInterrupted. Go on (g), pause and resume later (p), or cancel (c)?") {
            case .goOn: return false
            case .cancel:
                send(.cancel())
                return true
            case .pause, nil:
                pause()
                return false
            }
        }

        /// Asks what to do with a run that is being undone.
        private func offerToLeave() {
            let question =
                "\nInterrupted while undoing. Go on with it (g), pause and resume later (p), or end it, with the rest left to"
                + " do by hand (c)?"
            switch ask(question) {
            case .goOn: break
            case .cancel: send(.cancel(compensating: false))
            case .pause, nil: pause()
            }
        }

        /// The answer; to go on where the run is over meanwhile, or this process is to end, which is seen to next. Nil where the
        /// terminal went away.
        private func ask(_ question: String) -> Answer? {
            display?.hold()
            let ending = clinux_signal_descriptor(SIGTERM, SIGHUP)
            defer {
                if ending >= 0 { close(ending) }
                Self.forgetInterrupts()
                display?.release()
            }
            let settled = [over ?? -1, ending].filter { $0 >= 0 }
            let output = TextOutput(descriptor: STDERR_FILENO, isColored: false)
            let answer = terminal.ask(
                question, answers: [("g", Answer.goOn), ("p", .pause), ("c", .cancel), ("", .goOn)], on: output,
                unlessSettled: settled)
            guard answer == nil, Self.isAnyReadable(settled) else { return answer }
            output.writeLine("")
            return .goOn
        }

        private static func isAnyReadable(_ descriptors: [Int32]) -> Bool {
            var states = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            return poll(&states, nfds_t(states.count), 0) > 0
        }

        private enum Answer {
            case goOn, pause, cancel
        }

        private func send(_ signal: RunSignal) {
            do {
                try tell(try engine.send(signal, to: run))
            } catch {
                say("\(error)")
            }
        }

        private func say(_ text: String) {
            let output = TextOutput(descriptor: STDERR_FILENO, isColored: false)
            output.writeLine("wfrepo: \(text)")
        }
    }
}

/// Redraws a display ten times a second, so that running times go on.
final class DisplayTicker: Sendable {
    private let thread: pthread_t
    private let end: Int32

    /// Starts to tick, on a thread of its own; nil where the system has no more descriptors.
    init?(_ display: RunDisplay) {
        guard let pipe = openPipe() else { return nil }
        end = pipe.write
        thread = startThread {
            var poll = pollfd(fd: pipe.read, events: Int16(POLLIN), revents: 0)
            while Glibc.poll(&poll, 1, 100) == 0 { display.tick() }
            close(pipe.read)
        }
    }

    /// Stops to tick.
    func stop() {
        close(end)
        pthread_join(thread, nil)
    }
}

/// Starts a thread that runs `body`. The thread must be joined.
private func startThread(_ body: @escaping @Sendable () -> Void) -> pthread_t {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    pthread_create(
        &thread, nil,
        { argument in
            guard let argument else { return nil }
            Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
            return nil
        }, Unmanaged.passRetained(Box(body)).toOpaque())
    return thread
}
