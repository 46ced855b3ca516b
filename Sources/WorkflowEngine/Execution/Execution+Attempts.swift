internal import DocumentTree
internal import WorkflowLanguage

extension Execution {
    /// Begins the next attempt of a step. Its undo is registered with the first one: it is on disk before anything of
    /// the step happens.
    mutating func startAttempt(_ position: Int, at now: Timestamp) throws(IllegalTransition) {
        try move(position, .start)
        let step = plan.steps[position]
        if steps[position].record.started == nil {
            steps[position].record.started = now
            steps[position].record.title = title(of: step, position: position)
            if step.compensation != nil { steps[position].record.compensation = CompensationRecord() }
        }
        steps[position].due = nil
        steps[position].record.waiting = nil
        steps[position].record.decisions = []
        let number = (steps[position].record.attempts.last?.number ?? 0) + 1
        let attempt = AttemptRecord(number: number, started: now)
        steps[position].record.attempts.append(attempt)
        underWay += 1
        turn.entries.append(.attemptStarted(position: position, .do, attempt))
        turn.progress.append(.attemptStarted(step.id, .do, number: number))
        turn.commands.append(.start(position: position, .do, number: number))
    }

    /// Takes in how an attempt went. `random` is a number of 0..<1, for the jitter of a retry.
    mutating func attemptEnded(
        _ position: Int, _ phase: AttemptPhase, _ result: AttemptResult, at now: Timestamp, random: Double
    ) throws(IllegalTransition) {
        underWay -= 1
        if phase == .undo { return try undoEnded(position, result, at: now, random: random) }
        try attemptIsOver(position, result, at: now, random: random)
    }

    /// Goes on from the end of an attempt.
    mutating func attemptIsOver(
        _ position: Int, _ result: AttemptResult, at now: Timestamp, random: Double
    ) throws(IllegalTransition) {
        var result = result
        boundOutputs(of: position, &result)
        if let end = steps[position].outsideEnd, !(isBeingEnded && end.isQuestion) {
            result.error = end.error
            endAttempt(position, result, at: now)
            claim(end.signal)
            return try apply(end, to: position, at: now)
        }
        if let end = steps[position].outsideEnd {
            claim(end.signal)
            steps[position].outsideEnd = nil
        }
        endAttempt(position, result, at: now)
        if let error = result.error {
            if error.kind == StepError.cancelledKind, control?.isCancel == true || steps[position].isBeingEnded {
                try move(position, .cancel)
                end(position, .cancelled, conclusion: .cancelled, at: now)
            } else if let delay = retryDelay(position, result, error, at: now, random: random) {
                return try retry(position, error, after: delay, at: now)
            } else {
                try fail(position, error, at: now)
            }
        } else {
            try move(position, .succeed)
            steps[position].finishOrder = finished
            finished += 1
            end(position, .success, conclusion: .success, at: now)
        }
        try settle(release(dependentsOf: position), at: now)
    }

    /// A time has come that a step had: of its next attempt, or of the end of its wait. Where the step has another one by
    /// now, or none, nothing happens.
    mutating func timeCame(_ position: Int, due: Timestamp, at now: Timestamp) throws(IllegalTransition) {
        guard steps[position].due ?? due == due else { return }
        switch steps[position].machine.status {
        case .retrying:
            ready.append(position)
            try fill(at: now)
        case .waiting: try waitIsDue(position, at: now)
        case .compensating: startUndo(position, at: now)
        default: break
        }
    }

    /// Notes what the attempt under way was given; it is written with what happens next.
    mutating func noteInputs(of position: Int, _ hash: DefinitionHash) {
        steps[position].record.inputsHash = hash
    }

    /// Notes which state of an own kind does the step's work.
    mutating func noteKind(of position: Int, tree: String) { steps[position].record.kindTree = tree }

    /// Writes the end of an attempt.
    mutating func endAttempt(_ position: Int, _ result: AttemptResult, at now: Timestamp) {
        guard var attempt = steps[position].record.attempts.popLast() else { return }
        attempt.ended = now
        shortAttempts = now.since(attempt.started) < Self.shortAttempt ? shortAttempts + 1 : 0
        attempt.exit = result.exit
        attempt.signal = result.signal
        // What a step asks comes from outside of its attempt, unmasked.
        attempt.error = result.error.map {
            StepError($0.kind, surroundings.mask.masked($0.message), retryAfter: $0.retryAfter)
        }
        steps[position].record.attempts.append(attempt)
        steps[position].record.waiting = nil
        steps[position].record.outputs = result.outputs
        steps[position].record.log = result.log
        turn.entries.append(.attemptEnded(position: position, .do, attempt, result.log))
    }

    private mutating func retry(
        _ position: Int, _ error: StepError, after delay: Duration, at now: Timestamp
    ) throws(IllegalTransition) {
        try move(position, .retry)
        let due = now.advanced(by: delay)
        steps[position].due = due
        let number = steps[position].record.attempts.count
        turn.progress.append(.retrying(plan.steps[position].id, .do, number: number, error, delay: delay))
        turn.commands.append(.schedule(position: position, at: due))
        try fill(at: now)
    }

    /// How long to wait before the next attempt; nil where there is none.
    private func retryDelay(
        _ position: Int, _ result: AttemptResult, _ error: StepError, at now: Timestamp, random: Double
    ) -> Duration? {
        guard !isBeingEnded, !error.isFinalWord, error.kind != StepError.interruptedKind else { return nil }
        let step = plan.steps[position]
        let record = steps[position].record
        // An attempt that a crash cut short was not the step's fault, and does not count.
        let number = record.attempts.count { $0.error?.isNoFailureOfTheStep != true }
        guard
            let delay = RetrySchedule(step.retry)
                .delay(afterAttempt: number, error: error, exit: result.exit, random: random)
        else { return nil }
        if let total = step.totalTimeout, let started = record.started, now.since(started) + delay >= total {
            return nil
        }
        return delay
    }

    /// Whether somebody cancelled the run, or its time is over: nothing is tried again then, and nobody asked.
    private var isBeingEnded: Bool {
        control?.isCancel == true || (failure != nil && failure?.step == nil)
    }

    private func title(of step: Step, position: Int) -> String? {
        guard let title = step.title else { return nil }
        // A title that cannot be evaluated is no reason not to run the step; it shows as it was written.
        let text = (try? title.text(in: RunContext(self, position: position))) ?? title.literal
        return text.map(surroundings.mask.masked)
    }
}
