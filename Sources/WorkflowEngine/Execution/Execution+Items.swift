internal import DocumentTree
internal import WorkflowLanguage

// A step with items: when its turn comes, its items become steps of the run, each with an id, attempts, retries, a log and
// an undo of its own, and are journaled before the first of them starts. The step has one attempt, which nothing runs for:
// it is over when all items have ended.
extension Execution {
    /// Takes the items over that the journal has.
    mutating func restoreItems(_ records: ArraySlice<StepRecord>) {
        var values: [StepID: [Value]] = [:]
        for record in records {
            guard let item = record.item else { continue }
            values[item.step, default: []].append(item.value)
        }
        // In the order in which they were added: that of their first positions.
        var seen: Set<StepID> = []
        for record in records {
            guard let step = record.item?.step, seen.insert(step).inserted, let parent = plan.position(of: step) else {
                continue
            }
            _ = plan.expand(parent, into: values[step] ?? [])
        }
        for record in records { steps.append(StepState(record, openNeeds: 0)) }
        open += records.count
    }

    /// Begins a step with items.
    mutating func beginItems(_ position: Int, of fanOut: FanOut, at now: Timestamp) throws(IllegalTransition) {
        try startAttempt(position, at: now)
        turn.commands.removeLast()
        underWay -= 1
        // Its items are undone, each for itself.
        steps[position].record.compensation = nil
        let values: [Value]
        do {
            values = try fanOut.items(in: RunContext(self, position: position))
        } catch {
            return try endItems(position, with: StepError(StepError.expressionKind, "\(error)"), at: now)
        }
        let range = plan.expand(position, into: values)
        var records: [StepRecord] = []
        for (index, position) in range.enumerated() {
            var record = StepRecord(id: plan.steps[position].id)
            record.item = ItemRecord(
                step: fanOutID(of: position), index: index,
                value: surroundings.mask.masked(values[index]))
            records.append(record)
            steps.append(StepState(record, openNeeds: 0))
        }
        open += records.count
        if !records.isEmpty {
            turn.openings.append(
                .items(first: range.lowerBound, records, hash: plan.steps[position].hash))
        }
        turn.progress.append(.itemsBegan(plan.steps[position].id, count: records.count))
        try advanceItems(of: position, at: now)
    }

    private func fanOutID(of item: Int) -> StepID {
        plan.steps[plan.origins[item]?.parent ?? item].id
    }

    /// Lets items follow those that have ended, and ends steps all of whose items have.
    mutating func advanceItems(at now: Timestamp) throws(IllegalTransition) {
        for parent in plan.items.keys.sorted() where steps[parent].machine.status == .running {
            try advanceItems(of: parent, at: now)
        }
    }

    /// Ends the items of a step that gets its end from outside. Nothing else would have them looked at as long as all of them wait.
    mutating func endItemsFromOutside(of parent: Int, at now: Timestamp) throws(IllegalTransition) {
        try wakeUp()
        try advanceItems(of: parent, at: now)
        try fill(at: now)
    }

    private mutating func advanceItems(of parent: Int, at now: Timestamp) throws(IllegalTransition) {
        guard let range = plan.items[parent], let fanOut = plan.steps[parent].fanOut else { return }
        if let reason = reasonToEndItems(range, fanOut, of: parent) {
            for item in range { try endItem(item, because: reason, at: now) }
        } else {
            var busy = range.count { steps[$0].machine.status.isUnderWay }
            for item in range where steps[item].machine.status == .pending && busy < fanOut.maxParallel ?? .max {
                try move(item, .admit)
                ready.append(item)
                busy += 1
            }
        }
        guard range.allSatisfy({ steps[$0].machine.status.hasEnded }) else { return }
        try endItems(parent, with: nil, at: now)
    }

    /// Why no further item of a step may start, and those under way are to end.
    private func reasonToEndItems(_ range: Range<Int>, _ fanOut: FanOut, of parent: Int) -> String? {
        if control?.isCancel == true { return "the run was cancelled" }
        if let failure, failure.step == nil { return failure.error.message }
        if let end = steps[parent].outsideEnd { return end.error.message }
        guard fanOut.failFast, let failed = range.first(where: { steps[$0].record.conclusion == .failure }) else {
            return nil
        }
        return "item \(plan.steps[failed].id) failed"
    }

    private mutating func endItem(_ item: Int, because reason: String, at now: Timestamp) throws(IllegalTransition) {
        let error = StepError(StepError.cancelledKind, reason)
        switch steps[item].machine.status {
        case .pending, .ready: try skip(item, reason, at: now)
        case .running where !steps[item].isBeingEnded:
            steps[item].isBeingEnded = true
            turn.commands.append(.stop(position: item, error))
        case .retrying where machine.status != .paused && hasLeftCall(item),
            .waiting where machine.status != .paused && hasLeftCall(item):
            steps[item].isBeingEnded = true
            try endCall(item, with: error, at: now)
        case .retrying, .waiting:
            // Of a run that is paused no attempt may begin that would see to it.
            if let called = steps[item].record.waiting?.calledRun { turn.commands.append(.cancelCalled(called)) }
            if steps[item].record.attempts.last?.ended == nil { endAttempt(item, .failed(error), at: now) }
            try move(item, .cancel)
            end(item, .cancelled, conclusion: .cancelled, at: now)
        default: break
        }
    }

    /// Ends a step with what its items made of it.
    private mutating func endItems(
        _ parent: Int, with error: StepError?, at now: Timestamp
    ) throws(IllegalTransition) {
        let items = (plan.items[parent] ?? 0..<0).map { steps[$0].record }
        if let end = steps[parent].outsideEnd {
            claim(end.signal)
            return try apply(end, to: parent, at: now)
        }
        let failed = items.filter { $0.conclusion == .failure }
        let isCancelled = control?.isCancel == true && items.contains { $0.conclusion != .success }
        var result = AttemptResult()
        result.error =
            isCancelled
            ? StepError(StepError.cancelledKind, "the run was cancelled")
            : error ?? Self.error(of: failed, among: items)
        result.outputs = [
            "results": .sequence(items.map { .mapping($0.outputs) }),
            "outcomes": .sequence(items.map { Value($0.outcome?.rawValue) }), "count": .integer(items.count),
        ]
        boundOutputs(of: parent, &result)
        endAttempt(parent, result, at: now)
        if isCancelled {
            try move(parent, .cancel)
            end(parent, .cancelled, conclusion: .cancelled, at: now)
        } else if let error = result.error {
            try fail(parent, error, at: now)
        } else {
            try move(parent, .succeed)
            steps[parent].finishOrder = finished
            finished += 1
            end(parent, .success, conclusion: .success, at: now)
        }
        try decide(release(dependentsOf: parent), at: now)
    }

    private static func error(of failed: [StepRecord], among items: [StepRecord]) -> StepError? {
        if let first = failed.first {
            let reason = first.error.map { ": \($0.message)" } ?? ""
            return StepError(
                StepError.itemsKind, "\(failed.count) of \(items.count) items failed; \(first.id)\(reason)")
        }
        guard let left = items.first(where: { $0.conclusion != .success }) else { return nil }
        return StepError(StepError.itemsKind, "not all of \(items.count) items were done: \(left.id) was not")
    }
}

extension StepStatus {
    /// Whether a step has begun and not ended.
    fileprivate var isUnderWay: Bool { self != .pending && !hasEnded }
}

extension StepError {
    /// The class of a step some of whose items failed.
    static let itemsKind = "items"
}
