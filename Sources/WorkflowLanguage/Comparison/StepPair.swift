/// A step of two versions.
struct StepPair {
    let old: Step
    let new: Step
    /// Whether a failed run undoes its finished steps.
    let undoes: Bool
    private var id: StepID { new.id }

    /// What differs in those of the step's keys that are written differently.
    func differences(in keys: Set<String>) -> [WorkflowDifference] {
        var keys = keys
        var found: [WorkflowDifference] = []
        if old.work.words != new.work.words {
            keys.subtract(["run", "uses", "with", "shell"])
            found.append(kind)
        }
        return found + keys.sorted().flatMap(differences)
    }

    private func differences(in key: String) -> [WorkflowDifference] {
        switch key {
        case "id": []
        case "name": [title]
        case "needs": [needs]
        case "if": [condition]
        case "retry": RetryPair(step: id, old: old.retry, new: new.retry).differences
        case "timeout":
            [duration(key, old.timeout, new.timeout, "an attempt of \(id)")]
        case "total-timeout": [duration(key, old.totalTimeout, new.totalTimeout, "all attempts of \(id) together")]
        case "continue-on-error": [continuation]
        case "compensate": [compensation]
        case "on-interrupt": [interruption]
        default: [work(key)]
        }
    }

    private func change(
        _ key: String, _ old: String? = nil, _ new: String? = nil, kind: WorkflowDifference.Kind? = nil,
        callers: Effect? = nil, runs: Effect? = nil
    ) -> WorkflowDifference {
        let derived: WorkflowDifference.Kind =
            old == nil && new != nil ? .added : old != nil && new == nil ? .removed : .changed
        return WorkflowDifference(
            .step(id), kind ?? derived, key: key, old: old, new: new, callers: callers, runs: runs)
    }

    private var kind: WorkflowDifference {
        change(
            "uses", old.work.words, new.work.words,
            callers: .compatible("\(id) is done by \(new.work.words), not \(old.work.words)"),
            runs: .breaking(
                "\(id) is done by \(new.work.words): what \(old.work.words) gave a run in flight may not fit"))
    }

    /// `run`, `with`, `shell`, `env` and whatever else says what is done.
    private func work(_ key: String) -> WorkflowDifference {
        change(
            key, callers: .compatible("\(id) does its work differently (\(key))"),
            runs: .compatible("\(id) is done again where a finished run of it is retried (\(key))"))
    }

    private var title: WorkflowDifference {
        let effect = Effect.cosmetic("\(id) has another title")
        return change("name", old.title?.words.clipped, new.title?.words.clipped, callers: effect, runs: effect)
    }

    /// What it means stands at the dependencies that came and went.
    private var needs: WorkflowDifference {
        let (before, after) = (old.needs.words, new.needs.words)
        guard Set(old.needs) != Set(new.needs) else { return .sameMeaning(.step(id), key: "needs") }
        let effect = Effect.cosmetic("the edges that came and went say what it means")
        return change("needs", before, after, callers: effect, runs: effect)
    }

    private var condition: WorkflowDifference {
        let (before, after) = (old.condition?.words, new.condition?.words)
        guard before != after else { return .sameMeaning(.step(id), key: "if") }
        let effect: Effect =
            if let after {
                .compatible("\(id) is skipped unless \(after.clipped)")
            } else {
                .compatible("\(id) is done wherever the steps before it succeeded")
            }
        return change("if", before?.clipped, after?.clipped, callers: effect, runs: effect)
    }

    private func duration(
        _ key: String, _ old: Duration?, _ new: Duration?, _ subject: String
    ) -> WorkflowDifference {
        guard old != new else { return .sameMeaning(.step(id), key: key) }
        let effect: Effect =
            if let new {
                .compatible("\(subject) may take \(new.words) now")
            } else {
                .compatible("\(subject) may take as long as it wants")
            }
        return change(key, old?.words, new?.words, callers: effect, runs: effect)
    }

    private var continuation: WorkflowDifference {
        guard old.continueOnError != new.continueOnError else {
            return .sameMeaning(.step(id), key: "continue-on-error")
        }
        let effect: Effect =
            new.continueOnError
            ? .compatible("a failure of \(id) doesn't fail the run any more")
            : .breaking("a failure of \(id) fails the run now")
        return change(
            "continue-on-error", "\(old.continueOnError)", "\(new.continueOnError)", callers: effect, runs: effect)
    }

    private var compensation: WorkflowDifference {
        switch (old.compensation, new.compensation) {
        case (nil, _?):
            let effect = Effect.compatible("\(id) can be undone now")
            return change("compensate", kind: .added, callers: effect, runs: effect)
        case (_?, nil):
            let words = "\(id) isn't undone any more when a run fails"
            let effect: Effect = undoes ? .breaking(words) : .compatible(words)
            return change("compensate", kind: .removed, callers: effect, runs: effect)
        default:
            let effect = Effect.compatible("\(id) is undone in another way")
            return change("compensate", callers: effect, runs: effect)
        }
    }

    private var interruption: WorkflowDifference {
        guard old.onInterrupt != new.onInterrupt else { return .sameMeaning(.step(id), key: "on-interrupt") }
        let words =
            switch new.onInterrupt {
            case .retry: "is tried again"
            case .fail: "has failed"
            case .ask: "waits for a person"
            }
        return change(
            "on-interrupt", old.onInterrupt.rawValue, new.onInterrupt.rawValue,
            callers: .compatible("an interrupted attempt of \(id) \(words)"),
            runs: .compatible("an interrupted attempt of \(id) \(words)"))
    }
}

extension [StepID] {
    /// The ids in one line; `[]` where there is none.
    fileprivate var words: String {
        isEmpty ? "[]" : map(\.description).joined(separator: ", ").clipped
    }
}
