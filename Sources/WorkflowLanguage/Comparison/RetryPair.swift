/// When and how often a step is tried again, in two versions.
struct RetryPair {
    let step: StepID
    let old: RetryPolicy
    let new: RetryPolicy

    /// What differs; one difference where retries came or went.
    var differences: [WorkflowDifference] {
        guard old != new else { return [.sameMeaning(.step(step), key: "retry")] }
        if old.maxAttempts == 1, new.maxAttempts > 1 {
            return [change("retry", nil, attempts(new), .compatible("\(step) is tried \(attempts(new))"))]
        }
        if old.maxAttempts > 1, new.maxAttempts == 1 {
            return [change("retry", attempts(old), nil, .compatible("\(step) isn't tried again any more"))]
        }
        var found: [WorkflowDifference] = []
        func compare(_ key: String, _ old: String?, _ new: String?) {
            guard old != new else { return }
            found.append(
                change("retry.\(key)", old, new, .compatible("\(step) is tried again in another way (\(key))")))
        }
        if old.maxAttempts != new.maxAttempts {
            found.append(
                change(
                    "retry.max-attempts", "\(old.maxAttempts)", "\(new.maxAttempts)",
                    .compatible("\(step) is tried \(attempts(new)), \(old.maxAttempts) before")))
        }
        compare("strategy", old.strategy.rawValue, new.strategy.rawValue)
        compare("delay", old.delay.words, new.delay.words)
        compare("factor", "\(old.factor)", "\(new.factor)")
        compare("max-delay", old.maxDelay?.words, new.maxDelay?.words)
        compare("jitter", "\(old.jitter)", "\(new.jitter)")
        compare(
            "on", old.on.isEmpty ? "every failure" : old.on.map(\.words).joined(separator: ", "),
            new.on.isEmpty ? "every failure" : new.on.map(\.words).joined(separator: ", "))
        return found
    }

    private func attempts(_ policy: RetryPolicy) -> String { "\(policy.maxAttempts) times" }

    private func change(_ key: String, _ old: String?, _ new: String?, _ effect: Effect) -> WorkflowDifference {
        let kind: WorkflowDifference.Kind = old == nil ? .added : new == nil ? .removed : .changed
        return WorkflowDifference(.step(step), kind, key: key, old: old, new: new, callers: effect, runs: effect)
    }
}
