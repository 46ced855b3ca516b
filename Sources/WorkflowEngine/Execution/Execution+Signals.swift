internal import DocumentTree
internal import WorkflowLanguage

extension Execution {
    /// Acts upon a signal. What no step waits for yet is kept; all else is claimed by the turn that has what follows, also
    /// where it came too late to change anything.
    mutating func take(_ pending: PendingSignal, at now: Timestamp) throws(IllegalTransition) {
        guard !claimed.contains(pending.id) else { return }
        let signal = pending.signal
        switch signal.wish {
        case .pause: try obey(.pause, at: now)
        case .cancel(let compensating): try obey(compensating ? .cancel : .cancelWithoutUndo, at: now)
        case .resume(let answer, nil): try resume(answering: answer, at: now)
        case .resume(_, let called?): try callIsOver(called, at: now)
        case .deliver(let name, let data):
            guard try deliver(name, data, from: signal.sender, at: now) else { return }
        case .decide(let step, _, _):
            if let position = plan.position(of: step), let decision = pending.decision(on: step) {
                try decide(position, decision, at: now)
            }
        case .skip, .setResult, .interrupt: guard try endStep(by: pending, at: now) else { return }
        }
        claim(pending.id)
    }

    /// Gives a step the end that a signal wants for it; returns false where an attempt has to end before, which claims the signal then.
    private mutating func endStep(by pending: PendingSignal, at now: Timestamp) throws(IllegalTransition) -> Bool {
        guard let position = pending.signal.step.flatMap(plan.position), let end = OutsideEnd(pending, at: now) else {
            return true
        }
        switch steps[position].machine.status {
        case .running where end.concerns(steps[position]):
            endAttemptFromOutside(position, end)
            if plan.items[position] != nil { try endItemsFromOutside(of: position, at: now) }
        case .waiting
        where !end.isQuestion && hasLeftCall(position) && [.running, .waiting].contains(machine.status):
            try wakeUp()
            steps[position].outsideEnd = end
            try endCall(position, with: end.error, at: now)
        default:
            try apply(end, to: position, at: now)
            return true
        }
        return false
    }

    /// Takes in, before a run is taken up whose runner died or that waits, what changes how that is done.
    mutating func foresee(_ pending: PendingSignal, at now: Timestamp) {
        guard machine.status == .running || machine.status == .waiting else { return }
        switch pending.signal.wish {
        case .pause where control == nil: want(.pause)
        case .cancel(let compensating) where control?.isCancel != true:
            want(compensating ? .cancel : .cancelWithoutUndo)
        case .skip, .setResult, .interrupt:
            guard machine.status == .running, let position = pending.signal.step.flatMap(plan.position),
                let end = OutsideEnd(pending, at: now), steps[position].machine.status == .running,
                end.concerns(steps[position])
            else { return }
            steps[position].outsideEnd = end
            return
        default: return
        }
        claim(pending.id)
    }

    /// Has it written down, with all that follows, that a signal was acted upon.
    mutating func claim(_ signal: Int) {
        claimed.insert(signal)
        turn.entries.append(.claimed(signal))
    }

    /// Notes what a person wants of the run, and has it written down.
    mutating func want(_ wanted: RunControl?) {
        control = wanted
        turn.entries.append(.control(wanted))
    }

    /// Goes on with a run that a person had paused, and gives the steps that asked something their answer.
    private mutating func resume(answering answer: Value, at now: Timestamp) throws(IllegalTransition) {
        guard !machine.status.isFinal, machine.status != .compensating, machine.status != .queued else { return }
        if machine.status == .paused {
            try move(.resume)
            header.started = header.started ?? now
            turn.progress.append(.runStarted(header.run, resumed: true))
        }
        try wakeUp()
        stayOn()
        if control == .pause { want(nil) }
        for position in steps.indices {
            guard steps[position].machine.status == .waiting,
                steps[position].record.waiting?.endsByResuming == true
            else { continue }
            steps[position].record.answer = answer
            try goOn(position, at: now)
        }
        try fill(at: now)
    }

    /// The run that a step called is over: its next attempt takes the result over. Nothing else is answered by that.
    mutating func callIsOver(_ run: RunID, at now: Timestamp) throws(IllegalTransition) {
        guard !machine.status.isFinal, machine.status != .compensating else { return }
        let waiting = steps.indices.filter {
            steps[$0].machine.status == .waiting && steps[$0].record.waiting?.calledRun == run
        }
        guard !waiting.isEmpty else { return }
        try wakeUp()
        for position in waiting {
            steps[position].record.answer = nil
            try goOn(position, at: now)
        }
        try fill(at: now)
    }

    /// The wait of a step that ends by an answer is over.
    private mutating func goOn(_ position: Int, at now: Timestamp) throws(IllegalTransition) {
        try move(position, .retry)
        steps[position].record.waiting = nil
        steps[position].due = now
        ready.append(position)
    }

    /// Ends the attempt under way, so that the step can take its end from outside. The signal is claimed then, not now: if
    /// this process dies first, the next one finds it.
    private mutating func endAttemptFromOutside(_ position: Int, _ end: OutsideEnd) {
        guard steps[position].outsideEnd == nil else { return }
        steps[position].outsideEnd = end
        turn.commands.append(.stop(position: position, end.error))
    }

    /// Gives a step whose attempt has ended, or that has none, the end that it gets from outside.
    mutating func apply(_ end: OutsideEnd, to position: Int, at now: Timestamp) throws(IllegalTransition) {
        steps[position].outsideEnd = nil
        guard !steps[position].machine.status.hasEnded, !machine.status.isFinal, machine.status != .compensating else {
            return
        }
        let attempt = steps[position].record.attempts.last
        switch end.kind {
        case .question(let number, let wait):
            guard steps[position].machine.status == .running, attempt?.number == number else { return }
            try suspend(position, for: wait, at: now)
            return try fill(at: now)
        case .byHand(let intervention, let outputs):
            // Of a run that is paused no attempt may begin that would see to it.
            if let called = steps[position].record.waiting?.calledRun { turn.commands.append(.cancelCalled(called)) }
            try wakeUp()
            if let attempt, attempt.ended == nil { endAttempt(position, .failed(end.error), at: now) }
            steps[position].record.intervention = intervention
            if intervention.kind == .skip {
                let person = intervention.person.map { "by \($0.email)" } ?? "by hand"
                try skip(position, "skipped \(person)", at: now)
            } else {
                try succeed(position, with: surroundings.mask.masked(outputs), at: now)
            }
        }
        // What is behind a step of a run that has not begun is decided on when it begins.
        if machine.status != .queued { try settle(release(dependentsOf: position), at: now) }
    }

    private mutating func succeed(
        _ position: Int, with outputs: ValueMapping, at now: Timestamp
    ) throws(IllegalTransition) {
        try move(position, .setResult)
        steps[position].record.outputs = outputs
        steps[position].record.started = steps[position].record.started ?? now
        steps[position].finishOrder = finished
        finished += 1
        end(position, .success, conclusion: .success, at: now)
    }
}

/// An end that a step gets from outside, whatever its attempt does.
struct OutsideEnd: Sendable {
    enum Kind: Sendable {
        /// The attempt of that number asks something, and the step waits for the answer.
        case question(attempt: Int, Wait)
        /// A person says how the step ends.
        case byHand(Intervention, outputs: ValueMapping)
    }

    /// The signal that wants it.
    let signal: Int
    let kind: Kind

    /// The end that a signal wants; nil where it wants none.
    init?(_ pending: PendingSignal, at now: Timestamp) {
        signal = pending.id
        switch pending.signal.wish {
        case .interrupt(_, let attempt, let reason, let data):
            kind = .question(attempt: attempt, .answer(reason: reason, data: data))
        case .skip: kind = .byHand(Intervention(.skip, by: pending.signal.sender, at: now), outputs: [:])
        case .setResult(_, let outputs):
            kind = .byHand(Intervention(.setResult, by: pending.signal.sender, at: now), outputs: outputs)
        default: return nil
        }
    }

    /// Whether it is meant for the attempt that is under way.
    func concerns(_ step: StepState) -> Bool {
        guard case .question(let attempt, _) = kind else { return true }
        return step.record.attempts.last?.number == attempt && step.record.attempts.last?.ended == nil
    }

    /// Whether the step is to wait for an answer.
    var isQuestion: Bool {
        guard case .question = kind else { return false }
        return true
    }

    /// How the attempt ends that it cuts short.
    var error: StepError {
        switch kind {
        case .question(_, let wait): StepError(StepError.suspendedKind, wait.summary)
        case .byHand(let intervention, _):
            StepError(StepError.byHandKind, "a person ended it: \(intervention.kind.rawValue)")
        }
    }
}
