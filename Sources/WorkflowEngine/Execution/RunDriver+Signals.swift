internal import Logging
internal import WorkflowLanguage

// What people and other processes want of a run.
extension RunDriver {
    /// Looks whether somebody wants something of the run, and says that it is still driven.
    func obeySignals(_ now: ContinuousClock.Instant) throws(EngineError) {
        agenda.control = now + configuration.controlInterval
        if agenda.heartbeat <= now {
            agenda.heartbeat = now + Lease.heartbeatInterval
            try patiently { () throws(EngineError) in try store.renewLease(run, host: configuration.host) }
        }
        if engine.isGivingUp { giveUp() }
        try takeSignals()
    }

    /// Acts upon the signals that have come since this was last asked.
    func takeSignals() throws(EngineError) {
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
    func suspend() throws(EngineError) {
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
}
