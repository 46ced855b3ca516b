internal import Logging
internal import Synchronization
internal import WorkflowLanguage

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
    let log: RunLog
    var execution: Execution
    var attempts: [UInt64: RunningAttempt] = [:]
    /// Attempts that have ended since the last turn, with their descriptors.
    var ended: [RunningAttempt] = []
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
    /// When there is something to do of which nothing reminds it.
    var agenda: Agenda
    /// The changes of others to the journal up to which signals were looked for.
    var seenChanges = -1
    /// Whether signals were looked for since the latest events came.
    var hasLookedForSignals = false
    private var hasLeft = false
    /// Whether a step may have asked something, in words that nobody has masked yet; before this driver, too.
    var hasTakenQuestion: Bool
    /// Whether the journal's log may still have such words, because somebody read it when they were to be taken out.
    private var owesForgetting = false

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
        agenda = Agenda(control: .now, heartbeat: .now + Lease.heartbeatInterval)
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
        if agenda.take(\.flush, dueBy: .now) {
            entries += unjournaled.compactMap(\.entry)
            unjournaled = []
        }
        if execution.machine.status.isFinal, turn.commands.contains(where: \.isLeave) {
            entries.append(.released(host: configuration.host))
        }
        try patiently { () throws(EngineError) in try store.journal(run, entries) }
        if hasTakenQuestion, entries.contains(where: \.isClaim) {
            hasTakenQuestion = false
            owesForgetting = true
        }
        if owesForgetting { owesForgetting = !forgetOverwritten() }
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
        if !unjournaled.isEmpty, agenda.flush == nil { agenda.flush = .now + Self.longestUnjournaled }
    }

    /// How long a process may run before the journal knows it; `Leftovers` finds it by its environment until then.
    private static let longestUnjournaled = Duration.milliseconds(50)

    private func perform(_ command: Turn.Command) {
        switch command {
        case .start(let position, let phase, let number): start(position, phase, number: number)
        case .stop(let position, let error):
            for attempt in attempts.values where attempt.position == position { attempt.work.stop(error, now: .now) }
        case .endCall(let position, let error): endCall(position, with: error)
        case .cancelCalled(let called): cancel(called)
        case .schedule(let position, let due, let byClock):
            agenda.add(.init(position: position, due: due, byClock: byClock, seenAt: configuration.clock.now))
        case .leave: hasLeft = true
        }
    }

    private func scheduleRunTimeout() {
        guard let limit = execution.plan.workflow.timeout else { return }
        let spent = execution.header.started.map { configuration.clock.now.since($0) } ?? .zero
        agenda.runDeadline = .now + (limit - spent)
    }

    /// A run that was slow already when it was taken up again was told of then.
    private func scheduleSlowness() {
        guard let limit = callEnvironment.slowness?.after else { return }
        let spent = execution.header.started.map { configuration.clock.now.since($0) } ?? .zero
        if spent < limit { agenda.slowness = .now + (limit - spent) }
    }

    /// Ends everything under way, without a trace in the journal: to it, this process has died.
    private func abandon() {
        for attempt in attempts.values { attempt.work.kill() }
        attempts = [:]
    }

    func translating(_ body: () throws(IllegalTransition) -> Void) throws(EngineError) {
        do {
            try body()
        } catch {
            throw EngineError(.illegalTransition, error.description, object: "run \(run)")
        }
    }

    /// Takes what was overwritten out of the journal's log; returns whether nothing of it is left to do. Nothing of the run depends on
    /// it.
    private func forgetOverwritten() -> Bool {
        do {
            return try store.forgetOverwritten()
        } catch {
            configuration.logger.warning("\(error)", metadata: ["run": "\(run)"])
            return false
        }
    }

    /// Writes, and goes on trying where another process holds up all who write: to give up would end the steps under way.
    func patiently(_ body: () throws(EngineError) -> Void) throws(EngineError) {
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
