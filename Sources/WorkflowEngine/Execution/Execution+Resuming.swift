internal import DocumentTree
internal import WorkflowLanguage

extension Execution {
    /// Takes up a run that was interrupted, is paused, or waits.
    ///
    /// What had ended stays as it is. What was under way follows its `on-interrupt`; what was to be tried again, and what
    /// waits, keeps its time. What is paused stays paused until a signal says otherwise.
    mutating func resume(_ resumption: Resumption, at now: Timestamp) throws(IllegalTransition) {
        restore(resumption)
        if machine.status == .compensating {
            turn.progress.append(.runStarted(header.run, resumed: true))
            return try resumeUndoing(resumption, at: now)
        }
        if machine.status == .running { turn.progress.append(.runStarted(header.run, resumed: true)) }
        let freed = restoreOrder()
        try wakeUp()
        for position in steps.indices {
            switch steps[position].machine.status {
            case .running where plan.items[position] != nil: break
            case .running: try resumeInterrupted(position, at: now)
            case .waiting: scheduleWait(position)
            case .retrying: turn.commands.append(.schedule(position: position, at: steps[position].due ?? now))
            default: break
            }
        }
        try decide(freed, at: now)
        if control?.isCancel == true { return try cancelWaiting(at: now) }
        if let deadline, deadline <= now, machine.status == .running || machine.status == .waiting {
            return try timeOut(at: now)
        }
        // At once: a run that only waits would be given up again before a clock could tell.
        for position in steps.indices where steps[position].machine.status == .waiting {
            guard let due = steps[position].due, due <= now else { continue }
            try timeCame(position, due: due, at: now)
        }
        try fill(at: now)
    }

    /// Takes over what the journal says of steps that have ended.
    mutating func restore(_ resumption: Resumption) {
        for position in steps.indices {
            steps[position].finishOrder = resumption.finishOrders[position]
            steps[position].due = resumption.dues[position]
            guard steps[position].machine.status.hasEnded else { continue }
            open -= 1
            let record = steps[position].record
            noteOutputs(of: position, record.outputs)
            if plan.origins[position] == nil { stepsContext[record.id.description] = RunContext.value(of: record) }
        }
        finished = (resumption.finishOrders.values.max() ?? -1) + 1
        let first = steps.prefix(plan.workflow.steps.count).filter { $0.record.conclusion == .failure }
            .min { ($0.record.ended?.milliseconds ?? 0) < ($1.record.ended?.milliseconds ?? 0) }
        guard let first else { return }
        let error = first.record.error ?? StepError("error", "the step failed")
        failure = RunFailure(step: first.record.id, error: error)
        isStopping = plan.workflow.onFailure != .continue
    }

    /// Counts the ended steps off for the steps behind them; returns the positions of those that may be decided on.
    mutating func restoreOrder() -> [Int] {
        var undecided: [Int] = []
        for position in plan.order where steps[position].machine.status.hasEnded {
            _ = release(dependentsOf: position)
        }
        for position in steps.indices where steps[position].openNeeds == 0 && plan.origins[position] == nil {
            let status = steps[position].machine.status
            if status == .pending || status == .ready { undecided.append(position) }
        }
        return undecided
    }

    /// Does with an attempt that a crash cut short what its step says.
    private mutating func resumeInterrupted(_ position: Int, at now: Timestamp) throws(IllegalTransition) {
        let interruption = StepError(StepError.interruptedKind, "its runner died")
        if isCall(position), let wanted = wantedEnd(of: position) {
            endAttempt(position, .failed(interruption), at: now)
            return try endCall(position, with: wanted, at: now)
        }
        let outside = steps[position].outsideEnd
        if isCall(position), outside == nil, plan.steps[position].onInterrupt == .fail {
            endAttempt(position, .failed(interruption), at: now)
            return try endCall(position, with: interruption, at: now)
        }
        let error = outside?.error ?? interruption
        var result = AttemptResult.failed(error)
        result.log = steps[position].record.log
        endAttempt(position, result, at: now)
        if control?.isCancel == true {
            try move(position, .cancel)
            end(position, .cancelled, conclusion: .cancelled, at: now)
            return try decide(release(dependentsOf: position), at: now)
        }
        if let outside {
            claim(outside.signal)
            return try apply(outside, to: position, at: now)
        }
        switch plan.steps[position].onInterrupt {
        case _ where isOfWaitingKind(position), .retry:
            try move(position, .retry)
            steps[position].due = now
            ready.append(position)
        case .fail:
            try fail(position, error, at: now)
            try decide(release(dependentsOf: position), at: now)
        case .ask: try suspend(position, for: .person, at: now)
        }
    }

    private mutating func resumeUndoing(_ resumption: Resumption, at now: Timestamp) throws(IllegalTransition) {
        let isUndone = { (step: StepState) in step.machine.status == .compensated }
        hasFailedUndo = steps.contains { $0.machine.status == .compensationFailed }
        undoing = steps.indices
            .filter { position in
                let step = steps[position]
                guard step.finishOrder != nil, !isUndone(step) else { return false }
                return step.record.compensation?.status == .registered || step.machine.status == .compensating
            }
            .sorted { (steps[$0].finishOrder ?? 0) < (steps[$1].finishOrder ?? 0) }
        guard let position = undoing.last, steps[position].machine.status == .compensating else {
            return try undoNext(at: now)
        }
        if control == .cancelWithoutUndo {
            closeInterruptedUndo(position, at: now)
            try undoNext(at: now)
        } else if let due = steps[position].due {
            turn.commands.append(.schedule(position: position, at: due))
        } else {
            closeInterruptedUndo(position, at: now)
            startUndo(position, at: now)
        }
    }
}
