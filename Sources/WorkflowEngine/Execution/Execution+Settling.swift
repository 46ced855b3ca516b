internal import DocumentTree
internal import WorkflowLanguage

extension Execution {
    /// Decides on steps all of whose needs have ended, and starts what has room.
    mutating func settle(_ positions: [Int], at now: Timestamp) throws(IllegalTransition) {
        try decide(positions, at: now)
        try fill(at: now)
    }

    /// Decides on steps all of whose needs have ended, and on those behind them that are skipped with them.
    mutating func decide(_ positions: [Int], at now: Timestamp) throws(IllegalTransition) {
        var undecided = Queue()
        for position in positions { undecided.append(position) }
        while let position = undecided.popFirst() {
            switch verdict(on: position) {
            case .start:
                try move(position, .admit)
                ready.append(position)
            case .skip(let reason):
                try skip(position, reason, at: now)
                for freed in release(dependentsOf: position) { undecided.append(freed) }
            case .fail(let error):
                try move(position, .admit)
                try startAttempt(position, at: now)
                // Nothing is started for it: the attempt ends where it begins.
                turn.commands.removeLast()
                underWay -= 1
                endAttempt(position, AttemptResult.failed(error), at: now)
                try fail(position, error, at: now)
                for freed in release(dependentsOf: position) { undecided.append(freed) }
            }
        }
    }

    /// Counts an ended step off for the steps that need it; returns those that wait for nothing else.
    ///
    /// A step that a person ended before its turn counts when all that it needs has ended: what is behind it waits as if it
    /// had run.
    mutating func release(dependentsOf position: Int) -> [Int] {
        var freed: [Int] = []
        var ended = [position]
        while let position = ended.popLast() {
            guard steps[position].openNeeds == 0, !steps[position].isCountedOff else { continue }
            steps[position].isCountedOff = true
            let hasFailed = steps[position].countsAsFailed || steps[position].hasFailedAncestor
            for dependent in plan.dependents[position] {
                if hasFailed { steps[dependent].hasFailedAncestor = true }
                steps[dependent].openNeeds -= 1
                guard steps[dependent].openNeeds == 0 else { continue }
                if steps[dependent].machine.status == .pending { freed.append(dependent) }
                if steps[dependent].machine.status.hasEnded { ended.append(dependent) }
            }
        }
        return freed
    }

    /// Starts steps as long as there is room, and ends the run when nothing is left.
    mutating func fill(at now: Timestamp) throws(IllegalTransition) {
        guard machine.status == .running else { return }
        try advanceItems(at: now)
        while control != .pause, underWay < slots, let position = ready.popFirst() {
            let status = steps[position].machine.status
            guard status == .ready || status == .retrying else { continue }
            if status == .ready, plan.origins[position] == nil, let reason = reasonToStop(position) {
                try skip(position, reason, at: now)
                try decide(release(dependentsOf: position), at: now)
                continue
            }
            if let fanOut = plan.steps[position].fanOut {
                try beginItems(position, of: fanOut, at: now)
            } else {
                try startAttempt(position, at: now)
            }
        }
        try concludeIfDone(at: now)
    }

    /// The position of the step that starts when the attempt under way at `position` succeeds, the only one, where attempts are
    /// short; nil where that is not certain.
    func successor(of position: Int) -> Int? {
        guard shortAttempts > 0, underWay == 1, ready.isEmpty, control == nil, !isStopping else { return nil }
        return plan.dependents[position].first {
            let (step, state) = (plan.steps[$0], steps[$0])
            return state.openNeeds == 1 && state.machine.status == .pending && state.record.answer == nil
                && step.condition == nil && step.fanOut == nil
        }
    }

    private enum Verdict {
        case start
        case skip(String)
        case fail(StepError)
    }

    /// Whether the step's condition holds, all that it needs having ended.
    func wouldStart(_ position: Int) -> Bool {
        if case .start = verdict(on: position) { return true }
        return false
    }

    private func verdict(on position: Int) -> Verdict {
        let step = plan.steps[position]
        let context = RunContext(self, position: position)
        do {
            let holds = try step.condition.map { try $0.holds(in: context) } ?? context.holds(.success)
            guard holds else { return .skip(reasonToSkip(position)) }
            return reasonNotChosen(position).map(Verdict.skip) ?? .start
        } catch {
            return .fail(StepError(StepError.expressionKind, "if: \(error)"))
        }
    }

    /// Why a step does not start, whose condition does not hold.
    private func reasonToSkip(_ position: Int) -> String {
        let step = plan.steps[position]
        if step.condition?.callsStatusFunction != true {
            if let reason = reasonToStop(position) { return reason }
            if let failed = plan.needs[position].first(where: { steps[$0].countsAsFailed }) {
                return "step \(plan.steps[failed].id) \(steps[failed].machine.status.rawValue)"
            }
            if steps[position].hasFailedAncestor { return "a step before it failed" }
            if let skipped = skippedNeed(of: position) { return "step \(plan.steps[skipped].id) was skipped" }
        }
        return "its condition does not hold: \(step.condition?.source ?? "success()")"
    }

    /// Why a step that does not ask how the run stands may not start any more.
    private func reasonToStop(_ position: Int) -> String? {
        guard plan.steps[position].condition?.callsStatusFunction != true else { return nil }
        if control?.isCancel == true { return "the run was cancelled" }
        guard isStopping, let failure else { return nil }
        return failure.step.map { "step \($0) failed" } ?? failure.error.message
    }

    /// A step that `position` names in `needs:` and that was skipped. As among GitHub's jobs, such a step is skipped with
    /// it; a step that merely stands below a skipped one goes on, as among GitHub's steps.
    func skippedNeed(of position: Int) -> Int? {
        guard plan.steps[position].hasWrittenNeeds else { return nil }
        return plan.needs[position].first { steps[$0].record.conclusion == .skipped }
    }

    mutating func skip(_ position: Int, _ reason: String, at now: Timestamp) throws(IllegalTransition) {
        try move(position, .skip)
        steps[position].record.skipped = reason
        end(position, .skipped, conclusion: .skipped, at: now)
    }

    mutating func fail(_ position: Int, _ error: StepError, at now: Timestamp) throws(IllegalTransition) {
        try move(position, .fail)
        let step = plan.steps[position]
        if !step.continueOnError, plan.origins[position] == nil {
            if failure == nil { failure = RunFailure(step: step.id, error: error) }
            if plan.workflow.onFailure != .continue { isStopping = true }
        }
        end(position, .failure, conclusion: step.continueOnError ? .success : .failure, at: now)
    }

    /// What every end of a step has in common.
    mutating func end(_ position: Int, _ outcome: StepResult, conclusion: StepResult, at now: Timestamp) {
        steps[position].record.outcome = outcome
        steps[position].record.conclusion = conclusion
        steps[position].record.ended = now
        steps[position].due = nil
        // One that was skipped by hand may have begun, too.
        if outcome != .success, plan.steps[position].compensation?.when == .started,
            steps[position].record.compensation != nil
        {
            // It is undone as if it had succeeded: in the reverse order of ends.
            steps[position].finishOrder = finished
            finished += 1
        }
        open -= 1
        let record = steps[position].record
        if plan.origins[position] == nil { stepsContext[record.id.description] = RunContext.value(of: record) }
        turn.progress.append(.stepEnded(record))
    }
}
