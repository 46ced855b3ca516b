/// Compares what starts a workflow.
struct TriggerComparison {
    let differences: [WorkflowDifference]

    init(old: [Trigger], new: [Trigger]) {
        differences = Trigger.Event.allCases.flatMap { event -> [WorkflowDifference] in
            let (before, after) = (old.first { $0.event == event }, new.first { $0.event == event })
            switch (before, after) {
            case (nil, nil): return []
            case (nil, _?):
                return [
                    WorkflowDifference(
                        .trigger(event), .added, callers: .compatible("\(event.words) starts it, too"))
                ]
            case (_?, nil):
                return [
                    WorkflowDifference(
                        .trigger(event), .removed, callers: .breaking("\(event.words) doesn't start it any more"))
                ]
            case (let before?, let after?): return TriggerPair(old: before, new: after).differences
            }
        }
    }
}

/// A trigger of two versions.
private struct TriggerPair {
    let old: Trigger
    let new: Trigger

    var differences: [WorkflowDifference] {
        [
            patterns("branches", old.branches, new.branches, emptyIsAll: true),
            // No `paths` means the workflow's own file: neither more nor less than any others.
            patterns("paths", old.paths, new.paths, emptyIsAll: false),
            list("names", old.names, new.names, emptyIsAll: false),
            list("status", old.statuses, new.statuses, emptyIsAll: true),
            list("schedule", old.schedules.map(\.words), new.schedules.map(\.words), emptyIsAll: false),
        ].compactMap { $0 }
    }

    /// Globs, of which one with `!` takes away.
    private func patterns(
        _ key: String, _ old: [String], _ new: [String], emptyIsAll: Bool
    ) -> WorkflowDifference? {
        guard old != new else { return nil }
        if old.isEmpty || new.isEmpty { return whole(key, old, new, isWider: emptyIsAll && new.isEmpty) }
        func takesAway(_ pattern: String) -> Bool { pattern.hasPrefix("!") }
        let fewer =
            old.filter { !takesAway($0) && !new.contains($0) } + new.filter { takesAway($0) && !old.contains($0) }
        // After a pattern with `!` the order counts, too.
        let isReordered = Set(old) == Set(new) && old.contains(where: takesAway)
        return change(key, old, new, fewer: isReordered ? new : fewer)
    }

    private func list(_ key: String, _ old: [String], _ new: [String], emptyIsAll: Bool) -> WorkflowDifference? {
        guard old != new else { return nil }
        if emptyIsAll, old.isEmpty || new.isEmpty { return whole(key, old, new, isWider: new.isEmpty) }
        return change(key, old, new, fewer: old.filter { !new.contains($0) })
    }

    private func whole(_ key: String, _ old: [String], _ new: [String], isWider: Bool) -> WorkflowDifference {
        change(key, old, new, fewer: isWider ? [] : old + new)
    }

    private func change(_ key: String, _ old: [String], _ new: [String], fewer: [String]) -> WorkflowDifference {
        let event = self.new.event
        let effect: Effect =
            if !fewer.isEmpty {
                .breaking("\(event.words) starts it for other \(key) than before")
            } else if Set(old) == Set(new) {
                .cosmetic("the \(key) of \(event.words) are in another order")
            } else {
                .compatible("\(event.words) starts it for more \(key)")
            }
        return WorkflowDifference(
            .trigger(event), .changed, key: key, old: old.joined(separator: ", ").clipped,
            new: new.joined(separator: ", ").clipped, callers: effect)
    }
}

extension Trigger.Event {
    /// What happens, as the subject of a sentence.
    fileprivate var words: String {
        switch self {
        case .commit: "a commit"
        case .push: "a push"
        case .event: "an event"
        case .workflow: "the end of another workflow"
        case .schedule: "a schedule"
        case .webhook: "a webhook"
        }
    }
}

extension Trigger.Schedule {
    fileprivate var words: String { timeZone.map { "\(cron) \($0)" } ?? cron }
}
