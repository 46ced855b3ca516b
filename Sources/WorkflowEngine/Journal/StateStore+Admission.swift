internal import GRDB

extension StateStore {
    /// Takes a signal in where it makes sense for the run as it stands.
    ///
    /// - Returns: What was done.
    /// - Throws: `EngineError.refused`, `unknownRun`, `unknownStep`; nothing is written then.
    func admit(_ signal: RunSignal, to run: RunID, host: String) throws(EngineError) -> ControlAction {
        let now = clock.now
        return try write { database in
            let record = try RunRow.record(run, database)
            let control = try Self.control(of: run, database)
            let admission = Admission(
                record: record, pending: try Self.pendingSignals(run, database),
                isPausing: control == .pause,
                isDriven: try Self.lease(run, database)?.isHeld(from: host, at: now) ?? false, now: now)
            try admission.check(signal)
            try SignalWriter(database: database).insert(signal, for: run, at: now)
            return ControlAction(signal, run: run, time: now)
        }
    }
}
