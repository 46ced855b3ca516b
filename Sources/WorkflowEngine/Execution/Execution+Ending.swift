internal import WorkflowLanguage

extension Execution {
    /// Ends the run when every step has ended, or leaves it where a person wanted it paused.
    mutating func concludeIfDone(at now: Timestamp) throws(IllegalTransition) {
        guard machine.status == .running, underWay == 0 else { return }
        if open == 0 { return try conclude(at: now) }
        if control == .pause {
            try move(.pause)
            leave()
        } else if ready.isEmpty, steps.indices.allSatisfy(isHeldUpOrOver),
            !steps.contains(where: { $0.machine.status == .retrying })
        {
            try move(.wait)
            if !isWorthStaying { leave() }
        }
    }

    private mutating func conclude(at now: Timestamp) throws(IllegalTransition) {
        if control?.isCancel != true, failure == nil { evaluateOutputs() }
        header.error = failure
        if control?.isCancel == true {
            try move(.cancel)
        } else if failure != nil {
            try move(.fail)
        } else {
            try move(.succeed)
        }
        undoing = stepsToUndo
        guard !undoing.isEmpty else { return finish(at: now) }
        try move(.compensate)
        try undoNext(at: now)
    }

    /// The positions of the steps that are to be undone, the one that finished last at the end.
    private var stepsToUndo: [Int] {
        guard plan.workflow.onFailure == .compensate, machine.status != .succeeded, control != .cancelWithoutUndo else {
            return []
        }
        return steps.indices
            .filter { steps[$0].record.compensation?.status == .registered && steps[$0].finishOrder != nil }
            .sorted { (steps[$0].finishOrder ?? 0) < (steps[$1].finishOrder ?? 0) }
    }

    /// Ends the run for good.
    mutating func finish(at now: Timestamp) {
        header.ended = now
        for position in steps.indices where steps[position].record.compensation?.status == .registered {
            steps[position].record.compensation?.status = .notNeeded
            markDirty(position)
        }
        leave()
    }
}

extension Execution {
    /// Whether the step has ended, or waits for something outside the run, or for a step that does.
    private func isHeldUpOrOver(_ position: Int) -> Bool {
        switch steps[position].machine.status {
        case .waiting, .pending: true
        // A step with items does nothing but wait for them.
        case .running: plan.items[position] != nil
        case let status: status.hasEnded
        }
    }
}
