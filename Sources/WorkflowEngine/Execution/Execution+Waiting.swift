internal import DocumentTree
internal import WorkflowLanguage

extension Execution {
    /// The attempt under way is one that waits: nothing of it runs until the wait is over.
    mutating func wait(_ position: Int, for wait: Wait, at now: Timestamp) throws(IllegalTransition) {
        underWay -= 1
        if control?.isCancel == true {
            return try attemptIsOver(
                position, .failed(StepError(StepError.cancelledKind, "the run was cancelled")), at: now, random: 0)
        }
        try suspend(position, for: wait, at: now)
        try fill(at: now)
    }

    /// Lets a step wait. Its attempt goes on where the wait is its work, and has ended where it asked something.
    mutating func suspend(_ position: Int, for wait: Wait, at now: Timestamp) throws(IllegalTransition) {
        try move(position, .wait)
        steps[position].record.waiting = wait.masked(surroundings.mask)
        // Where the run's time seems to be over already, although its driver let it go on, the clock was put forward.
        let end = deadline.flatMap { $0 > now ? $0 : nil }
        steps[position].due = [wait.due, deadline(of: position), end].compactMap { $0 }.min()
        scheduleWait(position)
        turn.progress.append(.stepWaits(steps[position].record))
    }

    mutating func scheduleWait(_ position: Int) {
        guard let due = steps[position].due else { return }
        let isMoment = steps[position].record.waiting == .moment(due)
        turn.commands.append(.schedule(position: position, at: due, byClock: isMoment))
    }

    /// When the run has taken longer than its workflow allows; nil where nothing limits it.
    var deadline: Timestamp? {
        guard let limit = plan.workflow.timeout else { return nil }
        return header.started?.advanced(by: limit)
    }

    /// When an attempt that waits has taken longer than its step allows; nil where nothing limits it.
    private func deadline(of position: Int) -> Timestamp? {
        let step = steps[position]
        guard let attempt = step.record.attempts.last else { return nil }
        var began = attempt.ended == nil ? attempt.started : nil
        // Its attempt is over, and its work goes on.
        if case .call = step.record.waiting { began = beginningOfCall(position) }
        guard let began else { return nil }
        let limits = [
            plan.steps[position].timeout.map(began.advanced),
            plan.steps[position].totalTimeout.flatMap { total in step.record.started?.advanced(by: total) },
        ]
        return limits.compactMap { $0 }.min()
    }

    /// The time of a step that waits has come: it has waited for that, or nothing else came.
    mutating func waitIsDue(_ position: Int, at now: Timestamp) throws(IllegalTransition) {
        // Which time has come is told by what was due, not by the clock: that may have been put forward meanwhile.
        let due = steps[position].due ?? now
        if let deadline, deadline == due { return try timeOut(at: now) }
        guard let wait = steps[position].record.waiting else { return }
        let tooLong = StepError(StepError.timeoutKind, "the step took too long: it \(wait.summary)")
        var result = AttemptResult()
        switch wait {
        case .call:
            // Of a run that is paused no attempt may begin that would see to it; the one with which it goes on does.
            guard machine.status != .paused else { return }
            try wakeUp()
            return try endCall(position, with: tooLong, at: now)
        case _ where wait.due.map({ $0 > due }) ?? true: result.error = tooLong
        case .time(let time), .moment(let time): result.outputs = ["until": Value(time)]
        case .signal(let signal) where !signal.failsOnLapse: result.outputs = ["received": false, "data": .null]
        case .signal(let signal):
            result.error = StepError(StepError.lapsedKind, "the signal \(signal.name) did not come in time")
        case .approval(let approval):
            let given = steps[position].record.decisions.count { $0.verdict == .approved }
            result.error = StepError(
                StepError.lapsedKind, "nobody decided in time: \(given) of \(approval.count) approvals")
        case .answer, .person: return
        }
        try endWait(position, result, at: now)
    }

    /// Hands a signal to the step that has waited for it longest; false where none does, so that it is kept.
    mutating func deliver(
        _ name: String, _ data: Value, from sender: Actor?, at now: Timestamp
    ) throws(IllegalTransition) -> Bool {
        let waiting = steps.indices.filter { position in
            guard case .signal(let signal) = steps[position].record.waiting else { return false }
            return signal.name == name && steps[position].machine.status == .waiting
        }
        guard
            let position = waiting.min(by: {
                (steps[$0].record.attempts.last?.started.milliseconds ?? 0, $0)
                    < (steps[$1].record.attempts.last?.started.milliseconds ?? 0, $1)
            })
        else { return false }
        var result = AttemptResult(outputs: Self.outputs(ofSignal: data, from: sender))
        result.check(against: plan.steps[position].outputs)
        result.outputs = surroundings.mask.masked(result.outputs)
        result.error = result.error.map { StepError($0.kind, surroundings.mask.masked($0.message)) }
        try endWait(position, result, at: now)
        return true
    }

    /// What a step hands on that has waited for a signal.
    static func outputs(ofSignal data: Value, from sender: Actor?) -> ValueMapping {
        var outputs = data.mapping ?? ValueMapping()
        outputs["data"] = outputs["data"] ?? data
        outputs["received"] = outputs["received"] ?? true
        if let sender { outputs["sender"] = outputs["sender"] ?? .string(sender.email) }
        return outputs
    }

    /// Takes a decision in; the step ends with the first rejection, or with the last approval that it needs.
    mutating func decide(_ position: Int, _ decision: Decision, at now: Timestamp) throws(IllegalTransition) {
        guard case .approval(let approval) = steps[position].record.waiting,
            steps[position].machine.status == .waiting
        else { return }
        var decision = decision
        decision.comment = decision.comment.map(surroundings.mask.masked)
        steps[position].record.decisions.append(decision)
        markDirty(position)
        let decisions = steps[position].record.decisions
        if decision.verdict == .rejected {
            let reason = decision.comment.map { ": \($0)" } ?? ""
            let error = StepError(StepError.rejectedKind, "\(decision.person.email) rejected it\(reason)")
            return try endWait(position, .failed(error), at: now)
        }
        guard decisions.count >= approval.count else {
            turn.progress.append(.stepWaits(steps[position].record))
            return
        }
        let outputs: ValueMapping = [
            "approved": true, "approved_by": .sequence(decisions.map { .string($0.person.email) }),
            "comments": .sequence(decisions.compactMap { $0.comment.map(Value.string) }),
        ]
        try endWait(position, AttemptResult(outputs: outputs), at: now)
    }

    /// Ends the attempt that waited.
    private mutating func endWait(
        _ position: Int, _ result: AttemptResult, at now: Timestamp
    ) throws(IllegalTransition) {
        try wakeUp()
        try attemptIsOver(position, result, at: now, random: 0)
    }

    /// Something of a run that only waited goes on.
    mutating func wakeUp() throws(IllegalTransition) {
        guard machine.status == .waiting else { return }
        try move(.wake)
        stayOn()
    }

    /// Whether the run is worth a process although nothing of it runs: it waits for a time that somebody watches, or for
    /// something that comes soon or not at all.
    var isWorthStaying: Bool {
        steps.contains { step in
            guard step.machine.status == .waiting, let due = step.due, let wait = step.record.waiting else {
                return false
            }
            switch wait {
            case .time where staysForTimes, .moment where staysForTimes: return true
            default: break
            }
            guard let started = step.record.attempts.last?.started else { return false }
            return due.since(started) <= patience
        }
    }
}
