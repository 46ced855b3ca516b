internal import Crypto
internal import DocumentTree
internal import GitStore
internal import Glibc
internal import Logging
internal import WorkflowLanguage

extension Engine {
    /// Waits until the run may begin, as its workflow's `concurrency` says.
    ///
    /// - Parameter observer: Is told, once, where no place is free.
    /// - Returns: The run's place, to be kept while it is driven; nil where it needs none, or is not to begin: then the
    ///   journal says that it is cancelled or paused.
    func admission(
        of record: RunRecord, _ workflow: Workflow, observer: (RunProgress) -> Void
    ) throws(EngineError) -> ConcurrencyGroup.Place? {
        guard let concurrency = workflow.concurrency else { return nil }
        let name = try groupName(concurrency, of: record)
        let group = ConcurrencyGroup(folder: configuration.concurrencyFolder(name), limit: concurrency.limit)
        // A run that goes on was let in before: what the policy says of newcomers is not for it.
        let policy = record.status == .queued ? concurrency.policy : .queue
        let ticket = try group.queueUp(record.run)
        var hasTold = false
        while true {
            if let place = try group.place(for: ticket) {
                try endLeftovers(of: place.previous, isElsewhere: concurrency.limit > 1)
                return place
            }
            if try goesOnWithoutPlace(record, workflow) { break }
            switch policy {
            case .queue: break
            case .skip: try store.send(.cancel(compensating: false), to: record.run)
            case .cancelRunning: try cancelOlderRuns(of: group, for: record.run)
            }
            if !hasTold {
                configuration.logger.info(
                    policy == .skip
                        ? "skipped: the concurrency group is full" : "waits for its concurrency group",
                    metadata: ["run": "\(record.run)", "group": "\(name)"])
                let holders = group.holders().filter { $0 != record.run }
                observer(.noPlace(group: name, holders: holders, isLeftOut: policy == .skip))
                hasTold = true
            }
            usleep(50_000)
        }
        group.leave(ticket)
        return nil
    }

    /// Whether nothing of a run is to happen that needs a place: a person wants it paused or cancelled. What is undone is
    /// undone in its place, too.
    private func goesOnWithoutPlace(_ record: RunRecord, _ workflow: Workflow) throws(EngineError) -> Bool {
        switch try store.wish(of: record.run) {
        case nil: false
        case .cancelWithoutUndo: true
        case .pause: record.status != .compensating
        case .cancel: workflow.onFailure != .compensate || !record.mayBeUndone
        }
    }

    /// Ends what is left of the run that had a place before and whose process died: it must not go on beside the next one.
    ///
    /// - Parameter isElsewhere: Whether it may have another place of the group by now.
    private func endLeftovers(of run: RunID?, isElsewhere: Bool) throws(EngineError) {
        guard let run, try store.exists(run), try [.running, .compensating].contains(store.status(of: run)) else {
            return
        }
        if isElsewhere, try isDriven(run) { return }
        try Leftovers.end(of: run, leaders: try store.resumption(of: run).processes)
    }

    /// Cancels the older runs that have places or wait to begin, each once; the newest run of a group is the one that stays.
    private func cancelOlderRuns(of group: ConcurrencyGroup, for run: RunID) throws(EngineError) {
        for holder in group.holders() where holder != run {
            // One that was paused, or waits, is still named as the holder of a place.
            guard try isDriven(holder) else { continue }
            if holder > run {
                try store.send(.cancel(compensating: false), to: run)
            } else {
                try cancel(holder)
            }
        }
        for other in try group.waiting() where other < run {
            guard try store.exists(other), try store.status(of: other) == .queued else { continue }
            try cancel(other)
        }
    }

    private func cancel(_ run: RunID) throws(EngineError) {
        guard try store.wish(of: run) == nil else { return }
        do throws(EngineError) {
            try send(.cancel(), to: run)
        } catch {
            // It has ended by itself meanwhile, or is being undone.
            guard error.code == .refused || error.code == .unknownRun else { throw error }
        }
    }

    /// Stays, without a place and without the lease, with a run of a concurrency group that waits, as a driver stays with
    /// other runs; returns whether there is something to do for it.
    func waits(with record: RunRecord) throws(EngineError) -> Bool {
        guard record.status == .waiting, try workflow(of: record).concurrency != nil,
            let next = try store.nextDue(of: record.run), next.run == record.run
        else { return false }
        let isForTime = record.steps.contains { step in
            if case .time = step.waiting { return true }
            return false
        }
        let remaining = next.due.since(configuration.clock.now)
        guard isForTime && configuration.staysForTimes || remaining <= configuration.patience else { return false }
        while try !store.canGoOn(record.run) {
            guard try store.status(of: record.run) == .waiting, try !isDriven(record.run) else { return false }
            usleep(50_000)
        }
        return true
    }

    /// Refuses the run of a call that could never begin: those that called it, one by another, have all places of its group, and wait
    /// for it.
    func refuseWaitingForCallers(_ record: RunRecord, _ workflow: Workflow) throws(EngineError) {
        guard let concurrency = workflow.concurrency, var caller = record.trigger.caller else { return }
        let name = try groupName(concurrency, of: record)
        var holders: [RunRecord] = []
        while true {
            let record = try store.record(caller)
            // One that waits has given its place up.
            if [.running, .compensating].contains(record.status), let own = try self.workflow(of: record).concurrency,
                try groupName(own, of: record) == name
            {
                holders.append(record)
            }
            guard let next = record.trigger.caller else { break }
            caller = next
        }
        guard holders.count >= concurrency.limit, let holder = holders.first else { return }
        throw EngineError(
            .definition,
            "\(record.definition.workflow) would wait for ever for its caller: run \(holder.run) of"
                + " \(holder.definition.workflow) has the place in the concurrency group \"\(name)\"",
            hint: "give \(record.definition.workflow) a group of its own, or none")
    }

    private func groupName(_ concurrency: Concurrency, of record: RunRecord) throws(EngineError) -> String {
        do {
            return try concurrency.group.text(in: ConstantContext(contexts(of: record)))
        } catch {
            throw EngineError(
                .definition, "its concurrency group cannot be told: \(error)", object: "run \(record.run)")
        }
    }

    private func contexts(of record: RunRecord) -> ValueMapping {
        let definition = record.definition
        return [
            "inputs": .mapping(record.inputs),
            "trigger": [
                "event": .string(record.trigger.event), "source": Value(record.trigger.source),
                "run": Value(record.trigger.run?.description), "data": .mapping(record.trigger.data),
            ],
            "run": ["id": .string(record.run.description), "attempt": 1],
            "workflow": [
                "name": .string(definition.workflow.description), "title": Value(definition.title),
                "version": definition.version.map { .integer($0) } ?? .null,
                "commit": .string(definition.commit.description), "branch": Value(definition.branch),
            ],
            "execution_id": .string(record.run.description), "correlation_id": .string(record.correlationID),
        ]
    }
}

extension RunRecord {
    /// Whether a step has begun that can be undone, or is being undone.
    fileprivate var mayBeUndone: Bool {
        steps.contains { $0.compensation?.status == .registered || $0.compensation?.status == .running }
    }
}

extension EngineConfiguration {
    /// The folder of a concurrency group; its name may hold anything, so the folder is named by its hash.
    func concurrencyFolder(_ group: String) -> String {
        let digits = SHA256.hash(data: Array(group.utf8)).prefix(16).hexadecimal
        return "\(folder)/concurrency/\(digits)"
    }
}
