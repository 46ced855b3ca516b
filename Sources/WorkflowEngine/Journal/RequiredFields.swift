internal import WorkflowLanguage

/// What a run or a step must have in each of its states. A change without it is refused before it is written: whoever
/// reads the journal after a crash finds nothing half done.
enum RequiredFields {
    /// - Throws: `EngineError.illegalTransition`, naming what is missing.
    static func check(_ change: RunChange, of run: String) throws(EngineError) {
        var missing: [String] = []
        switch change.status {
        case .queued, .paused: break
        case .running, .waiting, .compensating: if change.started == nil { missing.append("when it started") }
        case .succeeded, .cancelled: if change.ended == nil { missing.append("when it ended") }
        case .failed, .compensated, .compensationFailed:
            if change.ended == nil { missing.append("when it ended") }
            if change.status == .failed, change.error == nil { missing.append("why it failed") }
        }
        try refuse(missing, "the run", change.status.rawValue, run)
    }

    /// - Throws: `EngineError.illegalTransition`, naming what is missing.
    static func check(_ change: StepChange, of run: String) throws(EngineError) {
        let record = change.record
        var missing: [String] = []
        if record.status.hasEnded {
            if record.ended == nil { missing.append("when it ended") }
            if record.outcome == nil || record.conclusion == nil { missing.append("how it ended") }
        }
        switch record.status {
        case .pending, .ready, .cancelled: break
        case .running: if record.attempts.isEmpty { missing.append("its attempt") }
        case .retrying: if change.due == nil { missing.append("when it is tried again") }
        case .waiting: if record.waiting == nil { missing.append("what it waits for") }
        case .succeeded:
            if change.finishOrder == nil { missing.append("its place in the order of ends") }
        case .failed: if record.error == nil { missing.append("why it failed") }
        case .skipped: if record.skipped == nil { missing.append("why it was skipped") }
        case .compensating, .compensated, .compensationFailed:
            if record.compensation == nil { missing.append("its compensation") }
        }
        try refuse(missing, "step \(record.id)", record.status.rawValue, run)
    }

    private static func refuse(
        _ missing: [String], _ subject: String, _ status: String, _ run: String
    ) throws(EngineError) {
        guard !missing.isEmpty else { return }
        throw EngineError(
            .illegalTransition, "\(subject) cannot become \(status) without \(missing.joined(separator: ", "))",
            object: "run \(run)")
    }
}
