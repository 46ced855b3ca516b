internal import WorkflowLanguage

extension Execution {
    /// Does what a person wants of the run. A run that is being undone goes on with that, unless it is to be left as it is.
    mutating func obey(_ wanted: RunControl, at now: Timestamp) throws(IllegalTransition) {
        if machine.status == .compensating, wanted == .cancelWithoutUndo { return try endUndoing(at: now) }
        guard !machine.status.isFinal, machine.status != .compensating, control?.isCancel != true else { return }
        guard machine.status != .paused || wanted.isCancel else { return }
        want(wanted)
        if wanted == .pause, machine.status == .queued {
            try move(.pause)
            return leave()
        }
        try wakeUp()
        if machine.status == .paused {
            try move(.resume)
            header.started = header.started ?? now
            stayOn()
        }
        if wanted.isCancel {
            if machine.status == .queued {
                for position in steps.indices where !steps[position].machine.status.hasEnded {
                    try skip(position, "the run was cancelled", at: now)
                }
                try move(.cancel)
                return finish(at: now)
            }
            try endSteps(with: StepError(StepError.cancelledKind, "the run was cancelled"), at: now)
        }
        try fill(at: now)
    }

    /// The run's time is over.
    mutating func timeOut(at now: Timestamp) throws(IllegalTransition) {
        guard machine.status == .running || machine.status == .waiting, control?.isCancel != true,
            let limit = plan.workflow.timeout
        else { return }
        let error = StepError(StepError.timeoutKind, "the run took longer than \(limit.inWords)")
        failure = RunFailure(step: nil, error: error)
        isStopping = true
        try wakeUp()
        try endSteps(with: error, at: now)
        try fill(at: now)
    }

    /// Ends what had been waiting when the runner of a cancelled run died.
    mutating func cancelWaiting(at now: Timestamp) throws(IllegalTransition) {
        try endSteps(with: StepError(StepError.cancelledKind, "the run was cancelled"), at: now)
        try fill(at: now)
    }

    /// Ends what is under way or will try again.
    private mutating func endSteps(with error: StepError, at now: Timestamp) throws(IllegalTransition) {
        for position in steps.indices {
            switch steps[position].machine.status {
            case .running: turn.commands.append(.stop(position: position, error))
            case .retrying where hasLeftCall(position), .waiting where hasLeftCall(position):
                try endCall(position, with: error, at: now)
            case .retrying, .waiting:
                if steps[position].record.attempts.last?.ended == nil { endAttempt(position, .failed(error), at: now) }
                if error.kind == StepError.cancelledKind {
                    try move(position, .cancel)
                    end(position, .cancelled, conclusion: .cancelled, at: now)
                } else {
                    try fail(position, error, at: now)
                }
                try decide(release(dependentsOf: position), at: now)
            default: break
            }
        }
    }
}

extension Duration {
    /// The duration as people write it in a workflow: `90s`, `2h`, `1500ms`.
    var inWords: String {
        let milliseconds = wholeMilliseconds
        guard milliseconds % 1000 == 0 else { return "\(milliseconds)ms" }
        for (unit, seconds) in [("h", 3600), ("m", 60)] where milliseconds > 0 && milliseconds % (seconds * 1000) == 0 {
            return "\(milliseconds / 1000 / seconds)\(unit)"
        }
        return "\(milliseconds / 1000)s"
    }
}
