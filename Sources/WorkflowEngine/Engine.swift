internal import GitStore
internal import Logging
internal import Synchronization
public import WorkflowLanguage

/// Runs workflows: takes requests in, drives runs to their end, and says what became of them.
///
/// Everything that it knows is in its journal, so that any number of processes may each have an engine on the same folder.
public final class Engine: Sendable {
    /// What the engine was made with.
    public let configuration: EngineConfiguration
    /// The journal.
    public let store: StateStore
    /// The runs that were under way when the journal was lost, which had to be made anew; their logs are left.
    public let lostRuns: [RunID]
    private let ids: RunIDSource
    private let active = Mutex<[RunID: Mailbox]>([:])
    private let givesUp = Mutex(false)
    /// What this process has submitted, so that driving it parses nothing.
    private let submitted = Mutex<[RunID: RunRequest]>([:])

    /// Opens the engine of a folder, and makes the journal where it is missing.
    /// - Throws: `EngineError.storage` or `newerSchema`.
    public init(_ configuration: EngineConfiguration) throws(EngineError) {
        self.configuration = configuration
        lostRuns = LostRuns.find(configuration)
        store = try StateStore(
            path: configuration.statePath, durability: configuration.durability, clock: configuration.clock)
        ids = RunIDSource(clock: configuration.clock)
    }

    /// Opens the engine of a folder to look at its runs, where nothing may be written. Whatever would write fails.
    ///
    /// - Parameter ignoringJournal: Whether to take the journal for empty, because it is damaged.
    /// - Throws: `EngineError.storage`, `corrupt` or `newerSchema`.
    public init(
        readingOnly configuration: EngineConfiguration, ignoringJournal: Bool = false
    ) throws(EngineError) {
        self.configuration = configuration
        lostRuns = []
        let path = ignoringJournal ? "" : configuration.statePath
        store = try StateStore(readingAt: path, clock: configuration.clock)
        ids = RunIDSource(clock: configuration.clock)
    }

    /// Takes a run in. It is journaled as `queued` when this returns; `drive` runs it, in this process or another one.
    ///
    /// - Parameter isOwn: Whether this process drives it next: then no other one does, and `drive` has less to write.
    /// - Throws: `EngineError.unknownKind` where a step is of a kind that this engine does not have.
    public func submit(_ request: RunRequest, drivenHere isOwn: Bool = false) throws(EngineError) -> RunID {
        try submit(request, retrying: nil, drivenHere: isOwn)
    }

    /// Takes a run in of which some steps have their results already.
    func submit(
        _ request: RunRequest, as id: RunID? = nil, retrying plan: RetryPlan?, drivenHere isOwn: Bool = false
    ) throws(EngineError) -> RunID {
        for step in request.workflow.steps {
            for work in [step.work] + (step.compensation.map { [$0.work] } ?? []) {
                guard case .kind(let name, _) = work, configuration.kinds[name] == nil,
                    configuration.kinds.waiting(name) == nil, name != RunDriver.callKind, name.own == nil
                else { continue }
                throw EngineError(
                    .unknownKind, "there is no kind of step \(name)", object: "step \(step.id)",
                    hint: "the kinds are " + configuration.kinds.names.map(\.description).joined(separator: ", "))
            }
        }
        let run = id ?? ids.next()
        var record = RunRecord(
            run: run, definition: request.definition, status: .queued, trigger: request.trigger, actor: request.actor,
            inputs: request.inputs, queued: configuration.clock.now, started: nil, ended: nil,
            correlationID: request.correlationID ?? run.description, host: configuration.host,
            workspace: request.workflow.workspace,
            steps: request.workflow.steps.map { StepRecord(id: $0.id, title: $0.title?.literal) }, error: nil)
        record.retryOf = plan?.run
        record.partlyRetried = plan?.partlyRetried ?? []
        record.usesCache = request.usesCache
        try store.insert(
            record, source: request.source, stepHashes: request.workflow.steps.map(\.hash),
            results: plan?.results ?? [], driver: isOwn ? try StateStore.thisProcess() : nil)
        submitted.withLock { $0[run] = request }
        return run
    }

    /// Drives a run until it is over, paused or waiting, on the calling thread, which it blocks.
    ///
    /// A run that is paused, or that waits for a person, goes on only where a signal says so (`send`).
    ///
    /// - Parameter observer: Is told what happens, on the same thread, once the journal has it.
    /// - Returns: The record as it stands then.
    /// - Throws: `EngineError.driven` where another living process drives the run; `unknownRun`; `definition`.
    public func drive(
        _ run: RunID, in environment: RunEnvironment, observer: @escaping (RunProgress) -> Void = { _ in }
    ) throws(EngineError) -> RunRecord {
        while true {
            let record = try driveOnce(run, in: environment, observer: observer)
            guard !record.status.isFinal else { return record }
            if isGivingUp, record.status == .compensating { return record }
            // What came while the run was being given up must not lie there: whoever sent it saw it driven.
            if try store.canGoOn(run) { continue }
            guard try waits(with: record) else { return record }
        }
    }

    /// How many steps of a run may be under way at once while they are short.
    func burst(of definition: PinnedDefinition) throws(EngineError) -> Int {
        guard configuration.knownBurst > configuration.burst, let longest = try store.longestStep(of: definition),
            longest < Self.largeStep
        else { return configuration.burst }
        return configuration.knownBurst
    }

    /// A step that took less takes little of anything. Much more than a short attempt: a busy machine makes those longer.
    private static let largeStep = Duration.milliseconds(100)

    private func driveOnce(
        _ run: RunID, in environment: RunEnvironment, observer: @escaping (RunProgress) -> Void
    ) throws(EngineError) -> RunRecord {
        try store.acquireLease(run, host: configuration.host)
        defer { release(run) }
        var record = try store.record(run)
        guard !record.status.isFinal else { return record }
        let workflow = try workflow(of: record)
        let place = try admission(of: record, workflow)
        defer { withExtendedLifetime(place) {} }
        let folder = try WorkspacePool(configuration, store: store).folder(for: record, root: environment.root) {
            () throws(EngineError) in try source(of: record)
        }
        let files = FileHashes(folder: folder.path)
        let surroundings = Surroundings(
            secrets: environment.secrets, mask: environment.mask, inputs: environment.inputs ?? record.inputs,
            waitingKinds: configuration.kinds.waitingNames,
            kindTrees: environment.calls.compactMapValues(\.kindTree),
            scope: environment.settings.scope(of: try user(of: record)),
            hashFiles: { try files.hash($0) })
        try hideSecrets(in: &record, surroundings.mask)
        var execution = Execution(
            plan: Plan(workflow), record: record, capacity: configuration.parallelism,
            burst: try burst(of: record.definition), surroundings: surroundings)
        execution.outputLimit = configuration.limits.runOutputs
        // A run that waits has no place in its concurrency group, whether a process stays with it or not.
        execution.patience = workflow.concurrency == nil ? configuration.patience : .zero
        execution.staysForTimes = workflow.concurrency == nil && configuration.staysForTimes
        try FileBytes.makeFolder(configuration.logFolder(run))
        try takeUp(&execution)
        // A run that was cancelled before it began needs none.
        if !execution.machine.status.isFinal { try FileBytes.makeFolder(configuration.scratchFolder(run)) }
        let driver = try RunDriver(
            execution, engine: self, environment: stepEnvironment(environment, record), calling: environment,
            directory: folder.path, observer: observer)
        driver.retried = try retried(by: record)
        active.withLock { $0[run] = driver.mailbox }
        let final = try driver.drive()
        folder.giveBack(isOver: final.status.isFinal)
        if final.status.isFinal {
            removeScratch(of: run)
            removeOldLogsOnceADay(environment.settings)
            submitted.withLock { $0[run] = nil }
        }
        return final
    }

    /// The run whose finished items and calls a run takes over; nil where it takes over none, or the journal has it no more: then
    /// they run again.
    private func retried(by record: RunRecord) throws(EngineError) -> RunRecord? {
        guard !record.partlyRetried.isEmpty, let old = record.retryOf, try store.exists(old) else { return nil }
        return try store.record(old)
    }

    /// Leaves a signal for a run, and wakes its driver where it is in this process. Where nobody drives the run, `drive` it
    /// then (`isDriven`).
    ///
    /// - Returns: What was done, for the audit.
    /// - Throws: `EngineError.refused` where the run or step is not in a state in which that makes sense; `unknownRun`,
    ///   `unknownStep`.
    @discardableResult
    public func send(_ signal: RunSignal, to run: RunID) throws(EngineError) -> ControlAction {
        let action = try store.admit(signal, to: run, host: configuration.host)
        active.withLock { $0[run] }?.askForControl()
        return action
    }

    /// Has this process give up what it drives where that can't be paused: a run that is being undone is left once the undo
    /// under way has ended, or waits for somebody. It goes on with whoever takes it up.
    public func giveUp() {
        givesUp.withLock { $0 = true }
        for mailbox in active.withLock({ Array($0.values) }) { mailbox.askForControl() }
    }

    /// Whether this process is to drive nothing any more.
    public var isGivingUp: Bool { givesUp.withLock { $0 } }

    /// Whether a living process drives the run.
    public func isDriven(_ run: RunID) throws(EngineError) -> Bool {
        try store.lease(run)?.isHeld(from: configuration.host, at: configuration.clock.now) ?? false
    }

    /// The path of the log of an attempt. There is no file where the attempt printed nothing.
    public func logPath(_ run: RunID, _ step: StepID, _ phase: AttemptPhase = .do, attempt: Int) -> String {
        "\(configuration.logFolder(run))/\(step)\(phase == .undo ? ".undo" : "").\(attempt).log"
    }

    private func removeScratch(of run: RunID) {
        do {
            try FileBytes.removeAll(configuration.scratchFolder(run))
        } catch {
            configuration.logger.warning("cannot remove short-lived files: \(error)", metadata: ["run": "\(run)"])
        }
    }

    private func release(_ run: RunID) {
        active.withLock { $0[run] = nil }
        // A lease that cannot be given up now counts as given up as soon as this process has ended.
        do {
            try store.releaseLease(run, host: configuration.host)
        } catch {
            configuration.logger.warning("cannot release the lease: \(error)", metadata: ["run": "\(run)"])
        }
    }

    /// Masks inputs that hold secrets: in the record, and in the journal, which had to take them in before anybody knew the
    /// secrets. Whoever resumes the run in another process finds them masked.
    private func hideSecrets(in record: inout RunRecord, _ mask: SecretMask) throws(EngineError) {
        let inputs = mask.maskedValues(of: record.inputs)
        guard inputs != record.inputs else { return }
        record.inputs = inputs
        try store.replaceHeader(of: record)
    }

    /// Begins a new run, or goes on with one.
    private func takeUp(_ execution: inout Execution) throws(EngineError) {
        let run = execution.header.run
        // What was asked for while nobody drove the run counts from the start.
        let signals = try store.pendingSignals(run)
        let resumption = try store.resumption(of: run)
        let now = configuration.clock.now
        let isNew = execution.machine.status == .queued
        let ended = try endedCalls(of: execution)
        if !isNew { try Leftovers.end(of: run, leaders: resumption.processes) }
        do {
            if isNew {
                execution.restore(resumption)
                if let control = resumption.control { try execution.obey(control, at: now) }
            } else {
                execution.control = resumption.control
                for signal in signals { execution.foresee(signal, at: now) }
                try execution.resume(resumption, at: now)
            }
            for called in ended { try execution.callIsOver(called, at: now) }
            for signal in signals { try execution.take(signal, at: now) }
            if execution.machine.status == .queued { try execution.begin(at: now) }
            if execution.machine.status == .paused { execution.leave() }
        } catch {
            throw EngineError(.illegalTransition, error.description, object: "run \(run)")
        }
    }

    /// The runs that are over and that steps wait for which called them: whoever drove those died before it could tell.
    private func endedCalls(of execution: Execution) throws(EngineError) -> [RunID] {
        var ended: [RunID] = []
        for called in execution.steps.compactMap({ $0.record.waiting?.calledRun }) {
            if try store.exists(called), try store.status(of: called).isFinal { ended.append(called) }
        }
        return ended
    }

    /// The runs that could go on and that no living process drives, the earliest first, for `drive` to take up: their
    /// runner died, their time has come, or somebody wants something of them. What a person paused, or what waits for one,
    /// is not among them.
    public func runsToTakeUp() throws(EngineError) -> [RunID] {
        let forgotten = configuration.clock.now.advanced(by: .zero - StateStore.takeUpTime)
        return try store.runsToTakeUp(host: configuration.host, wasQueuedBefore: forgotten)
    }

    /// The runs whose runner died, the earliest first, for `drive` to go on with.
    public func interruptedRuns() throws(EngineError) -> [RunID] {
        try store.interruptedRuns(host: configuration.host)
    }

    private func source(of record: RunRecord) throws(EngineError) -> [UInt8] {
        if let request = submitted.withLock({ $0[record.run] }) { return request.source }
        return try store.source(of: record.run)
    }

    /// The workflow that a run of the journal is pinned to, parsed from exactly the bytes that it runs.
    /// - Throws: `EngineError.unknownRun` or `definition`.
    public func workflow(of record: RunRecord) throws(EngineError) -> Workflow {
        if let request = submitted.withLock({ $0[record.run] }) { return request.workflow }
        let parsed = Workflow.parse(
            try source(of: record), name: record.definition.workflow, file: record.definition.path)
        guard let workflow = parsed.workflow else {
            let reason = parsed.errors.first?.description ?? "it has no workflow in it"
            throw EngineError(
                .definition, "the definition that it runs cannot be read: \(reason)", object: "run \(record.run)",
                hint: "run the workflow anew: wfrepo run \(record.definition.workflow)")
        }
        return workflow
    }

    /// The workflow whose rules hold for a run: steps of an own kind are bound by what binds whoever uses it.
    private func user(of record: RunRecord) throws(EngineError) -> WorkflowName {
        var record = record
        while record.definition.workflow.isKind, let caller = record.trigger.caller {
            record = try store.record(caller)
        }
        return record.definition.workflow
    }

    private func stepEnvironment(_ environment: RunEnvironment, _ record: RunRecord) -> StepEnvironment {
        StepEnvironment(
            caller: environment.variables,
            common: [
                "WFREPO_RUN_ID": record.run.description,
                "WFREPO_ROOT": environment.root,
                "WFREPO_WORKFLOW": record.definition.workflow.description,
                "WFREPO_COMMIT": record.definition.commit.description,
                "WFREPO_CORRELATION_ID": record.correlationID,
            ])
    }
}
