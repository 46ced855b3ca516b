internal import WorkflowLanguage

extension Execution {
    /// Undoes the next step, or ends the run where all is undone.
    mutating func undoNext(at now: Timestamp) throws(IllegalTransition) {
        if control == .cancelWithoutUndo { try leaveUndone() }
        guard let position = undoing.last else {
            try move(hasFailedUndo ? .compensationFailed : .compensated)
            return finish(at: now)
        }
        guard !isGivenUp else { return leave() }
        if steps[position].machine.status != .compensating { try move(position, .compensate) }
        startUndo(position, at: now)
    }

    /// Begins the next attempt to undo a step.
    mutating func startUndo(_ position: Int, at now: Timestamp) {
        var compensation = steps[position].record.compensation ?? CompensationRecord()
        let attempt = AttemptRecord(number: (compensation.attempts.last?.number ?? 0) + 1, started: now)
        compensation.status = .running
        compensation.started = compensation.started ?? now
        compensation.attempts.append(attempt)
        steps[position].record.compensation = compensation
        steps[position].due = nil
        markDirty(position)
        underWay += 1
        turn.entries.append(.attemptStarted(position: position, .undo, attempt))
        turn.progress.append(.attemptStarted(plan.steps[position].id, .undo, number: attempt.number))
        turn.commands.append(.start(position: position, .undo, number: attempt.number))
    }

    /// The run that an undo called was left. To the journal the attempt goes on, and whoever takes the run up makes the same
    /// call again, as after a crash.
    mutating func undoWasLeft() {
        underWay -= 1
        leave()
    }

    /// Takes in how an attempt to undo went. What cannot be undone does not keep the others from being undone.
    mutating func undoEnded(
        _ position: Int, _ result: AttemptResult, at now: Timestamp, random: Double
    ) throws(IllegalTransition) {
        let retry = endUndoAttempt(position, result, at: now, random: random)
        if control != .cancelWithoutUndo, let retry, let error = result.error {
            let due = now.advanced(by: retry)
            steps[position].due = due
            markDirty(position)
            let number = steps[position].record.compensation?.attempts.last?.number ?? 1
            turn.progress.append(.retrying(plan.steps[position].id, .undo, number: number, error, delay: retry))
            turn.commands.append(.schedule(position: position, at: due))
            if isGivenUp { leave() }
            return
        }
        try move(position, result.error == nil ? .compensated : .compensationFailed)
        steps[position].record.compensation?.status = result.error == nil ? .succeeded : .failed
        steps[position].record.compensation?.ended = now
        if result.error != nil { hasFailedUndo = true }
        turn.progress.append(.stepUndone(steps[position].record))
        undoing.removeAll { $0 == position }
        try undoNext(at: now)
    }

    /// Writes the end of an attempt to undo; returns how long to wait before the next one, where there is one.
    private mutating func endUndoAttempt(
        _ position: Int, _ result: AttemptResult, at now: Timestamp, random: Double
    ) -> Duration? {
        guard var compensation = steps[position].record.compensation, var attempt = compensation.attempts.popLast()
        else { return nil }
        attempt.ended = now
        attempt.exit = result.exit
        attempt.signal = result.signal
        attempt.error = result.error
        compensation.attempts.append(attempt)
        compensation.log = result.log
        steps[position].record.compensation = compensation
        turn.entries.append(.attemptEnded(position: position, .undo, attempt, result.log))
        guard let error = result.error, let policy = plan.steps[position].compensation?.retry else { return nil }
        let number = compensation.attempts.count { $0.error?.isNoFailureOfTheStep != true }
        return RetrySchedule(policy).delay(afterAttempt: number, error: error, exit: result.exit, random: random)
    }
}

// A run in which nothing is undone any more, because a person wants the rest left as it is.
extension Execution {
    /// Ends the undo under way, or the one that waits for its next attempt; the others do not begin.
    mutating func endUndoing(at now: Timestamp) throws(IllegalTransition) {
        guard control != .cancelWithoutUndo else { return }
        want(.cancelWithoutUndo)
        guard underWay > 0, let position = undoing.last else { return try undoNext(at: now) }
        let error = StepError(StepError.cancelledKind, "a person wanted it left as it is")
        turn.commands.append(.stop(position: position, error))
    }

    /// Leaves to people what is not undone.
    private mutating func leaveUndone() throws(IllegalTransition) {
        for position in undoing.reversed() {
            if steps[position].machine.status != .compensating { try move(position, .compensate) }
            try move(position, .compensationFailed)
            var compensation = steps[position].record.compensation ?? CompensationRecord()
            compensation.status = .failed
            compensation.ended = compensation.attempts.last?.ended
            steps[position].record.compensation = compensation
            steps[position].due = nil
            turn.progress.append(.stepUndone(steps[position].record))
            hasFailedUndo = true
        }
        undoing = []
    }
}

extension Execution {
    /// Ends an attempt to undo that a crash cut short. It is tried again: an undo that stays half done helps nobody.
    mutating func closeInterruptedUndo(_ position: Int, at now: Timestamp) {
        guard var compensation = steps[position].record.compensation, var attempt = compensation.attempts.popLast(),
            attempt.ended == nil
        else { return }
        attempt.ended = now
        attempt.error = StepError(StepError.interruptedKind, "its runner died")
        compensation.attempts.append(attempt)
        steps[position].record.compensation = compensation
        turn.entries.append(.attemptEnded(position: position, .undo, attempt, compensation.log))
    }
}
