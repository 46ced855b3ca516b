internal import CLinux
internal import DocumentTree
internal import Logging
internal import Synchronization
internal import WorkflowLanguage

/// A time at which a step has something to do.
private struct Appointment {
    let position: Int
    let due: Timestamp
    /// Whether it is a moment of the calendar; else so much time must pass, whatever is done to the clock.
    let byClock: Bool
    private let at: ContinuousClock.Instant

    init(position: Int, due: Timestamp, byClock: Bool, seenAt clock: Timestamp) {
        self.position = position
        self.due = due
        self.byClock = byClock
        at = .now + due.since(clock)
    }

    func remaining(_ now: ContinuousClock.Instant, _ clock: Timestamp) -> Duration {
        byClock ? due.since(clock) : now.duration(to: at)
    }
}

/// Drives one run to its end on the thread that calls `drive`: waits for processes, output, times and signals, lets the
/// execution decide what follows, writes that down, and then does it.
///
/// Everything that happened since the last turn of the loop shares one transaction.
final class RunDriver {
    let configuration: EngineConfiguration
    let store: StateStore
    let engine: Engine
    let environment: StepEnvironment
    /// What the runs get that steps call.
    let callEnvironment: RunEnvironment
    let directory: String
    let observer: (RunProgress) -> Void
    let reactor: Reactor
    let strays = StrayProcesses()
    let buffer = ReadBuffer()
    let mailbox = Mailbox()
    private let log: RunLog
    var execution: Execution
    var attempts: [UInt64: RunningAttempt] = [:]
    /// Attempts that have ended since the last turn, with their descriptors.
    private var ended: [RunningAttempt] = []
    var nextAttempt: UInt64 = 0
    /// Attempts that ended before they began: what they need could not be evaluated or started.
    var stillborn: [(position: Int, phase: AttemptPhase, result: AttemptResult)] = []
    /// The run of which this one takes finished items and calls over.
    var retried: RunRecord?
    /// By the positions of steps whose attempt is under way: under which key its result is to be kept.
    var cacheKeys: [Int: CacheKey] = [:]
    /// Attempts that wait, for what.
    var suspensions: [(position: Int, wait: Wait)] = []
    /// Attempts whose process the journal does not know yet.
    var unjournaled: [StartedProcess] = []
    /// The services that attempts ask for which there is a circuit breaker, by the positions of their steps.
    var circuits: [Int: String] = [:]
    /// The process that stands by for the step that is next.
    var standby: Standby?
    var canStandBy = true
    private var flushAt: ContinuousClock.Instant?
    private var times: [Appointment] = []
    private var runDeadline: ContinuousClock.Instant?
    /// When the run counts as slow.
    private var slowAt: ContinuousClock.Instant?
    private var nextControl: ContinuousClock.Instant
    private var nextHeartbeat: ContinuousClock.Instant
    private var seenChanges = -1
    /// Whether signals were looked for since the latest events came.
    private var hasLookedForSignals = false
    private var hasLeft = false
    /// Whether a step may have asked something, in words that nobody has masked yet; before this driver, too.
    private var hasTakenQuestion: Bool

    var run: RunID { execution.header.run }

    init(
        _ execution: Execution, engine: Engine, environment: StepEnvironment, calling callEnvironment: RunEnvironment,
        directory: String, observer: @escaping (RunProgress) -> Void
    ) throws(EngineError) {
        self.execution = execution
        self.engine = engine
        configuration = engine.configuration
        store = engine.store
        self.callEnvironment = callEnvironment
        self.environment = environment
        self.directory = directory
        self.observer = observer
        hasTakenQuestion = execution.steps.contains { !$0.record.attempts.isEmpty }
        log = RunLog(
            folder: configuration.logFolder(execution.header.run), record: execution.header, clock: configuration.clock)
        reactor = try Reactor()
        nextControl = .now
        nextHeartbeat = .now + Lease.heartbeatInterval
    }

    /// Drives until the run is over, paused or waiting. Whatever the caller has begun on the execution is written first.
    func drive() throws(EngineError) -> RunRecord {
        defer {
            configuration.kinds.release(run)
            strays.collectEnded()
        }
        do {
            mailbox.wakeup = reactor.wakeup
            scheduleRunTimeout()
            scheduleSlowness()
            while true {
                try takeTurn()
                if hasLeft { return execution.record }
                try waitForEvents()
            }
        } catch {
            // Nothing more can be written down, so nothing more may happen.
            abandon()
            throw error
        }
    }

    /// Writes what follows from the events so far, tells it, and does it.
    private func takeTurn() throws(EngineError) {
        let turn = execution.takeTurn()
        var entries = turn.entries
        // Most steps end before their process is worth a line in the journal.
        if let due = flushAt, due <= .now {
            entries += unjournaled.compactMap(\.entry)
            unjournaled = []
            flushAt = nil
        }
        if execution.machine.status.isFinal, turn.commands.contains(where: \.isLeave) {
            entries.append(.released(host: configuration.host))
        }
        try patiently { () throws(EngineError) in try store.journal(run, entries) }
        if hasTakenQuestion, entries.contains(where: \.isClaim) {
            hasTakenQuestion = false
            forgetOverwritten()
        }
        // What is told of the turn, and what the ended attempts held, is seen to while the next processes run.
        for command in turn.commands { perform(command) }
        for progress in turn.progress {
            trace(progress)
            log.add(progress)
            observer(progress)
        }
        log.flush()
        ended = []
        // Of what steps print nothing follows for the next one.
        if !turn.commands.isEmpty { prepareStandby() }
        if !unjournaled.isEmpty, flushAt == nil { flushAt = .now + .milliseconds(50) }
    }

    private func perform(_ command: Turn.Command) {
        switch command {
        case .start(let position, let phase, let number): start(position, phase, number: number)
        case .stop(let position, let error):
            for attempt in attempts.values where attempt.position == position { attempt.work.stop(error, now: .now) }
        case .schedule(let position, let due, let byClock):
            times.append(Appointment(position: position, due: due, byClock: byClock, seenAt: configuration.clock.now))
        case .leave: hasLeft = true
        }
    }

    private func waitForEvents() throws(EngineError) {
        let (tokens, messages) = (try reactor.wait(timeout: timeout()), mailbox.take())
        hasLookedForSignals = false
        for token in tokens { try handle(token) }
        for message in messages { try handle(message) }
        let now = ContinuousClock.now
        for (id, attempt) in attempts where attempt.work.wake(now: now) { try end(id, outcome: nil) }
        let ended = stillborn
        stillborn = []
        for (position, phase, result) in ended { try attemptEnded(position, phase, result) }
        try suspend()
        let clock = configuration.clock.now
        let due = times.filter { $0.remaining(now, clock) <= .zero }
        times.removeAll { $0.remaining(now, clock) <= .zero }
        for time in due {
            try translating { () throws(IllegalTransition) in
                try execution.timeCame(time.position, due: time.due, at: max(time.due, configuration.clock.now))
            }
        }
        if let deadline = runDeadline, deadline <= now {
            runDeadline = nil
            try translating { () throws(IllegalTransition) in try execution.timeOut(at: configuration.clock.now) }
        }
        if let slow = slowAt, slow <= now {
            slowAt = nil
            callEnvironment.slowness?.tell()
        }
        if nextControl <= now || mailbox.wantsControl() { try obeySignals(now) }
    }

    private func timeout() -> Duration? {
        guard stillborn.isEmpty, suspensions.isEmpty else { return .zero }
        var next = min(nextControl, nextHeartbeat)
        for attempt in attempts.values { if let deadline = attempt.work.deadline { next = min(next, deadline) } }
        let (now, clock) = (ContinuousClock.now, configuration.clock.now)
        // A clock that is set wakes nobody; the next look at the signals sees it.
        for time in times { next = min(next, now + time.remaining(now, clock)) }
        if let runDeadline { next = min(next, runDeadline) }
        if let slowAt { next = min(next, slowAt) }
        if let flushAt { next = min(next, flushAt) }
        return ContinuousClock.now.duration(to: next)
    }

    private func handle(_ token: Reactor.Token) throws(EngineError) {
        let id = token >> 2
        guard let attempt = attempts[id], case .shell(let shell) = attempt.work else { return }
        guard let stream = RunningAttempt.stream(of: token) else {
            // Reported until it is reaped; the attempt may linger for its output. To close a descriptor is not enough: a process that
            // is just starting has a copy of it, and as long is it reported.
            reactor.ignore(shell.process.ended)
            read(attempt, shell, .standardOutput)
            read(attempt, shell, .standardError)
            if shell.leaderEnded(now: .now) { try end(id, outcome: nil) }
            return
        }
        read(attempt, shell, stream)
        if shell.isDrained {
            // Whatever was open until now may have asked for something since.
            hasLookedForSignals = false
            try end(id, outcome: nil)
        }
    }

    /// Reads a bounded amount, so that one step that prints much does not keep others waiting.
    private func read(_ attempt: RunningAttempt, _ shell: ShellAttempt, _ stream: OutputStream) {
        for _ in 0..<16 where shell.isOpen(stream) {
            let piece = shell.read(stream)
            show(piece, of: attempt, stream)
            if !shell.isOpen(stream) { reactor.ignore(shell.descriptor(of: stream)) }
            if !shell.mayHaveMore { return }
        }
    }

    private func handle(_ message: Mailbox.Message) throws(EngineError) {
        guard let attempt = attempts[message.attempt] else { return }
        switch message.content {
        case .printed(let text):
            if case .kind(let kind) = attempt.work { show(kind.take(text), of: attempt, .standardOutput) }
        case .ended(let outcome): try end(message.attempt, outcome: outcome)
        case .left where attempt.phase == .undo:
            attempts[message.attempt] = nil
            execution.undoWasLeft()
        case .left(let wait):
            attempts[message.attempt] = nil
            try translating { () throws(IllegalTransition) in
                try execution.callWasLeft(attempt.position, wait, at: configuration.clock.now)
            }
        }
    }

    private func end(_ id: UInt64, outcome: Result<ValueMapping, StepError>?) throws(EngineError) {
        guard let attempt = attempts.removeValue(forKey: id) else { return }
        ended.append(attempt)
        let result: AttemptResult
        switch attempt.work {
        case .shell(let shell):
            let (ended, output, error) = shell.finish(strays)
            strays.active.remove(shell.process.pid)
            show(output, of: attempt, .standardOutput)
            show(error, of: attempt, .standardError)
            result = ended
        case .kind(let kind):
            let (ended, output) = kind.finish(outcome)
            show(output, of: attempt, .standardOutput)
            result = ended
        case .call(let call): result = call.finish(outcome)
        }
        // What the attempt itself has asked for before its end counts. One look is enough for all whose ends came together.
        if !hasLookedForSignals {
            hasLookedForSignals = true
            try takeSignals()
        }
        try attemptEnded(attempt.position, attempt.phase, result)
    }

    private func attemptEnded(_ position: Int, _ phase: AttemptPhase, _ result: AttemptResult) throws(EngineError) {
        var result = result
        if phase == .do {
            leaveCircuit(position, result.error)
            checkOutputs(of: position, &result)
        }
        let mask = execution.surroundings.mask
        result.outputs = mask.masked(result.outputs)
        result.error = result.error.map { StepError($0.kind, mask.masked($0.message), retryAfter: $0.retryAfter) }
        // A process whose start nobody has written down yet needs no more than its end.
        unjournaled.removeAll { $0.position == position && $0.phase == phase }
        if phase == .do { keepInCache(result, of: position) }
        try translating { () throws(IllegalTransition) in
            try execution.attemptEnded(
                position, phase, result, at: configuration.clock.now, random: configuration.random())
        }
    }

    private func show(_ bytes: [UInt8], of attempt: RunningAttempt, _ stream: OutputStream) {
        guard !bytes.isEmpty else { return }
        let output = RunProgress.output(execution.plan.steps[attempt.position].id, attempt.phase, stream, bytes)
        log.add(output)
        observer(output)
    }

    private func scheduleRunTimeout() {
        guard let limit = execution.plan.workflow.timeout else { return }
        let spent = execution.header.started.map { configuration.clock.now.since($0) } ?? .zero
        runDeadline = .now + (limit - spent)
    }

    /// A run that was slow already when it was taken up again was told of then.
    private func scheduleSlowness() {
        guard let limit = callEnvironment.slowness?.after else { return }
        let spent = execution.header.started.map { configuration.clock.now.since($0) } ?? .zero
        if spent < limit { slowAt = .now + (limit - spent) }
    }

    /// Looks whether somebody wants something of the run, and says that it is still driven.
    private func obeySignals(_ now: ContinuousClock.Instant) throws(EngineError) {
        nextControl = now + configuration.controlInterval
        if nextHeartbeat <= now {
            nextHeartbeat = now + Lease.heartbeatInterval
            try patiently { () throws(EngineError) in try store.renewLease(run, host: configuration.host) }
        }
        if engine.isGivingUp { giveUp() }
        try takeSignals()
    }

    /// Acts upon the signals that have come since this was last asked.
    private func takeSignals() throws(EngineError) {
        let changes = try store.foreignChanges()
        guard mailbox.wantsControl(clearing: true) || changes != seenChanges else { return }
        seenChanges = changes
        for pending in try store.pendingSignals(run) where !execution.claimed.contains(pending.id) {
            configuration.logger.info("\(pending.signal.name) was asked for", metadata: ["run": "\(run)"])
            if case .cancel = pending.signal.wish, execution.control?.isCancel == true {
                for attempt in attempts.values where attempt.phase == .do { attempt.work.kill() }
            }
            if case .pause = pending.signal.wish { pauseCalls() }
            if case .interrupt = pending.signal.wish { hasTakenQuestion = true }
            try translating { () throws(IllegalTransition) in
                try execution.take(pending, at: configuration.clock.now)
            }
        }
    }

    /// Lets the attempts wait whose work that is, and looks whether what they wait for is there.
    private func suspend() throws(EngineError) {
        guard !suspensions.isEmpty else { return }
        let waiting = suspensions
        suspensions = []
        for (position, wait) in waiting {
            try translating { () throws(IllegalTransition) in
                try execution.wait(position, for: wait, at: configuration.clock.now)
            }
        }
        seenChanges = -1
        try takeSignals()
    }

    /// Ends everything under way, without a trace in the journal: to it, this process has died.
    private func abandon() {
        for attempt in attempts.values { attempt.work.kill() }
        attempts = [:]
    }

    private func translating(_ body: () throws(IllegalTransition) -> Void) throws(EngineError) {
        do {
            try body()
        } catch {
            throw EngineError(.illegalTransition, error.description, object: "run \(run)")
        }
    }

    /// Nothing depends on it: the log is begun anew sooner or later.
    private func forgetOverwritten() {
        do {
            try store.forgetOverwritten()
        } catch {
            configuration.logger.warning("\(error)", metadata: ["run": "\(run)"])
        }
    }

    /// Writes, and goes on trying where another process holds up all who write: to give up would end the steps under way.
    private func patiently(_ body: () throws(EngineError) -> Void) throws(EngineError) {
        while true {
            do throws(EngineError) {
                return try body()
            } catch {
                guard error.code == .busy, !engine.isGivingUp else { throw error }
                configuration.logger.warning("\(error)", metadata: ["run": "\(run)"])
                observer(.heldUp(error))
            }
        }
    }

    private func trace(_ progress: RunProgress) {
        if case .output = progress { return }
        configuration.logger.debug("\(progress)", metadata: ["run": "\(run)"])
    }
}
