internal import GitStore
internal import Logging
internal import Synchronization
internal import WorkflowLanguage

// Taking a run up, and driving it as far as it goes.
extension Engine {
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
        let place = try admission(of: record, workflow, observer: observer)
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
}
