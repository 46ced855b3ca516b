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
    /// The mailboxes of the runs that this process drives.
    let active = Mutex<[RunID: Mailbox]>([:])
    private let givesUp = Mutex(false)
    /// What this process has submitted, so that driving it parses nothing.
    let submitted = Mutex<[RunID: RunRequest]>([:])

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
        try refuseWaitingForCallers(record, request.workflow)
        try store.insert(
            record, source: request.source, stepHashes: request.workflow.steps.map(\.hash),
            results: plan?.results ?? [], driver: isOwn ? try StateStore.thisProcess() : nil)
        submitted.withLock { $0[run] = request }
        return run
    }

    /// Leaves a signal for a run, and wakes its driver where it is in this process. Where nobody drives the run, `drive` it
    /// then (`isDriven`).
    ///
    /// - Returns: What was done, for the audit.
    /// - Throws: `EngineError.refused` where the run or step is not in a state in which that makes sense; `unknownRun`,
    ///   `unknownStep`.
    @discardableResult
    public func send(_ signal: RunSignal, to run: RunID) throws(EngineError) -> ControlAction {
        let signal = try checked(signal, for: run)
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

    /// The runs that could go on and that no living process drives, the earliest first, for `drive` to take up: their
    /// runner died, their time has come, or somebody wants something of them. What a person paused, or what waits for one,
    /// is not among them.
    ///
    /// - Parameter withCalled: Whether those are among them that another one of them has called, and goes on with itself as its
    ///   step says (`on-interrupt`).
    public func runsToTakeUp(withCalled: Bool = true) throws(EngineError) -> [RunID] {
        let forgotten = configuration.clock.now.advanced(by: .zero - StateStore.takeUpTime)
        let runs = try store.runsToTakeUp(host: configuration.host, wasQueuedBefore: forgotten)
        guard !withCalled else { return runs }
        let (callers, all) = (try store.callers(of: runs), Set(runs))
        return runs.filter { run in callers[run].map { !all.contains($0) } ?? true }
    }

    /// The runs whose runner died, the earliest first, for `drive` to go on with.
    public func interruptedRuns() throws(EngineError) -> [RunID] {
        try store.interruptedRuns(host: configuration.host)
    }

    func source(of record: RunRecord) throws(EngineError) -> [UInt8] {
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
}
