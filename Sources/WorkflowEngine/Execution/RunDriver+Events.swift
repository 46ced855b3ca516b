internal import DocumentTree
internal import WorkflowLanguage

// What happens to a run from outside: ends of processes, output, messages of other threads, times.
extension RunDriver {
    /// Waits until there is something to do, and hands the execution all that has happened.
    func waitForEvents() throws(EngineError) {
        let (tokens, messages) = (try reactor.wait(timeout: timeout()), mailbox.take())
        hasLookedForSignals = false
        for token in tokens { try handle(token) }
        for message in messages { try handle(message) }
        let now = ContinuousClock.now
        for (id, attempt) in attempts where attempt.work.wake(now: now) { try end(id, outcome: nil) }
        let ended = stillborn
        stillborn = []
        for (position, phase, result) in ended { try attemptEnded(position, phase, result) }
        try suspend()
        try keepAppointments(now)
        if agenda.control <= now || mailbox.wantsControl() { try obeySignals(now) }
    }

    /// Does what is due by now.
    private func keepAppointments(_ now: ContinuousClock.Instant) throws(EngineError) {
        for time in agenda.takeAppointments(dueBy: now, configuration.clock.now) {
            try translating { () throws(IllegalTransition) in
                try execution.timeCame(time.position, due: time.due, at: max(time.due, configuration.clock.now))
            }
        }
        if agenda.take(\.runDeadline, dueBy: now) {
            try translating { () throws(IllegalTransition) in try execution.timeOut(at: configuration.clock.now) }
        }
        if agenda.take(\.slowness, dueBy: now) { callEnvironment.slowness?.tell() }
    }

    /// How long nothing is to be done where nothing happens.
    private func timeout() -> Duration {
        guard stillborn.isEmpty, suspensions.isEmpty else { return .zero }
        let now = ContinuousClock.now
        var next = agenda.next(now, configuration.clock.now)
        for attempt in attempts.values { if let deadline = attempt.work.deadline { next = min(next, deadline) } }
        return now.duration(to: next)
    }

    private func handle(_ token: Reactor.Token) throws(EngineError) {
        let id = token >> 2
        guard let attempt = attempts[id], case .shell(let shell) = attempt.work else { return }
        guard !RunningAttempt.isSurvivor(token) else { return try awaitSurvivors(id, shell) }
        guard let stream = RunningAttempt.stream(of: token) else {
            // Reported until it is reaped; the attempt may linger for its output. To close a descriptor is not enough: a process that
            // is just starting has a copy of it, and as long is it reported.
            reactor.ignore(shell.process.ended)
            read(attempt, shell, .standardOutput)
            read(attempt, shell, .standardError)
            if shell.leaderEnded(now: .now) {
                try end(id, outcome: nil)
            } else if shell.isOutlived {
                try awaitSurvivors(id, shell)
            }
            return
        }
        read(attempt, shell, stream)
        if shell.isDrained {
            // Whatever was open until now may have asked for something since.
            hasLookedForSignals = false
            try end(id, outcome: nil)
        }
    }

    /// Ends an attempt whose script has ended after TERM, once nothing else of its group is left; its grace ends it before.
    private func awaitSurvivors(_ id: UInt64, _ shell: ShellAttempt) throws(EngineError) {
        if let ended = shell.survivor { reactor.ignore(ended) }
        guard let survivor = shell.nextSurvivor(strays) else { return try end(id, outcome: nil) }
        try reactor.watch(survivor, as: RunningAttempt.survivorToken(id))
    }

    /// Reads a bounded amount, so that one step that prints much does not keep others waiting.
    private func read(_ attempt: RunningAttempt, _ shell: ShellAttempt, _ stream: OutputStream) {
        for _ in 0..<16 where shell.isOpen(stream) {
            let piece = shell.read(stream)
            show(piece, of: attempt, stream)
            if !shell.isOpen(stream) { reactor.ignore(shell.descriptor(of: stream)) }
            if !shell.mayHaveMore { return }
        }
    }

    private func handle(_ message: Mailbox.Message) throws(EngineError) {
        guard let attempt = attempts[message.attempt] else { return }
        switch message.content {
        case .printed(let text):
            if case .kind(let kind) = attempt.work { show(kind.take(text), of: attempt, .standardOutput) }
        case .ended(let outcome): try end(message.attempt, outcome: outcome)
        case .left where attempt.phase == .undo:
            attempts[message.attempt] = nil
            execution.undoWasLeft()
        case .left(let wait):
            attempts[message.attempt] = nil
            var ending: StepError?
            if case .call(let call) = attempt.work { ending = call.stopped }
            try translating { () throws(IllegalTransition) in
                try execution.callWasLeft(attempt.position, wait, ending: ending, at: configuration.clock.now)
            }
        }
    }

    private func end(_ id: UInt64, outcome: Result<ValueMapping, StepError>?) throws(EngineError) {
        guard let attempt = attempts.removeValue(forKey: id) else { return }
        ended.append(attempt)
        let result: AttemptResult
        switch attempt.work {
        case .shell(let shell):
            let (ended, output, error) = shell.finish(strays)
            strays.active.remove(shell.process.pid)
            show(output, of: attempt, .standardOutput)
            show(error, of: attempt, .standardError)
            result = ended
        case .kind(let kind):
            let (ended, output) = kind.finish(outcome)
            if !kind.marks.isEmpty { strays.sweep(kind.marks) }
            show(output, of: attempt, .standardOutput)
            result = ended
        case .call(let call): result = call.finish(outcome)
        }
        // What the attempt itself has asked for before its end counts. One look is enough for all whose ends came together.
        if !hasLookedForSignals {
            hasLookedForSignals = true
            try takeSignals()
        }
        try attemptEnded(attempt.position, attempt.phase, result)
    }

    private func attemptEnded(_ position: Int, _ phase: AttemptPhase, _ result: AttemptResult) throws(EngineError) {
        var result = result
        if phase == .do {
            leaveCircuit(position, result.error)
            checkOutputs(of: position, &result)
        }
        let mask = execution.surroundings.mask
        result.outputs = mask.masked(result.outputs)
        result.error = result.error.map { StepError($0.kind, mask.masked($0.message), retryAfter: $0.retryAfter) }
        // A process whose start nobody has written down yet needs no more than its end.
        unjournaled.removeAll { $0.position == position && $0.phase == phase }
        if phase == .do { keepInCache(result, of: position) }
        try translating { () throws(IllegalTransition) in
            try execution.attemptEnded(
                position, phase, result, at: configuration.clock.now, random: configuration.random())
        }
    }

    private func show(_ bytes: [UInt8], of attempt: RunningAttempt, _ stream: OutputStream) {
        guard !bytes.isEmpty else { return }
        let output = RunProgress.output(execution.plan.steps[attempt.position].id, attempt.phase, stream, bytes)
        log.add(output)
        observer(output)
    }
}
