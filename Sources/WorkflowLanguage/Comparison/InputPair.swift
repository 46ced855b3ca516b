/// An input of two versions.
struct InputPair {
    let old: Input
    let new: Input
    private var name: String { new.name }

    /// What differs besides the name.
    var differences: [WorkflowDifference] {
        [kind, need, pattern, options, description].compactMap { $0 }
    }

    private func change(
        _ key: String, _ old: String? = nil, _ new: String? = nil, callers: Effect, runs: Effect? = nil
    ) -> WorkflowDifference {
        WorkflowDifference(.input(name), .changed, key: key, old: old, new: new, callers: callers, runs: runs)
    }

    private var kind: WorkflowDifference? {
        guard old.kind != new.kind else { return nil }
        let isWider = (old.kind, new.kind) == (.integer, .number) || (old.kind, new.kind) == (.choice, .string)
        let words = "input \(name) is of type \(new.kind.rawValue), not \(old.kind.rawValue)"
        return change(
            "type", old.kind.rawValue, new.kind.rawValue, callers: isWider ? .compatible(words) : .breaking(words),
            runs: isWider ? nil : .breaking("the value that a run has for input \(name) may not fit its type"))
    }

    private var need: WorkflowDifference? {
        let key = old.isRequired != new.isRequired ? "required" : "default"
        if !old.mustBeGiven, new.mustBeGiven {
            return change(
                key, callers: .breaking("input \(name) is required now"),
                runs: .breaking("a run in flight may have no value for input \(name)"))
        }
        if old.mustBeGiven, !new.mustBeGiven {
            return change(key, callers: .compatible("input \(name) may be left out now"))
        }
        if old.defaultValue != new.defaultValue {
            let words = new.defaultValue?.words
            return change(
                "default", old.defaultValue?.words, words,
                callers: .compatible("input \(name) is \(words ?? "null") now where it is left out"))
        }
        guard old.isRequired != new.isRequired else { return nil }
        return change("required", callers: .cosmetic("input \(name) has a default, required or not"))
    }

    private var pattern: WorkflowDifference? {
        guard old.pattern != new.pattern else { return nil }
        let effect: Effect =
            if let pattern = new.pattern {
                .breaking("input \(name) must match \(pattern.clipped) now")
            } else {
                .compatible("input \(name) may be any text now")
            }
        return change("pattern", old.pattern?.clipped, new.pattern?.clipped, callers: effect)
    }

    private var options: WorkflowDifference? {
        guard old.kind == .choice, new.kind == .choice, old.options != new.options else { return nil }
        let (before, after) = (Set(old.options), Set(new.options))
        let gone = old.options.filter { !after.contains($0) }
        let more = new.options.filter { !before.contains($0) }
        let effect: Effect =
            if !gone.isEmpty {
                .breaking("input \(name) can't be \(gone.joined(separator: " or ").clipped) any more")
            } else if !more.isEmpty {
                .compatible("input \(name) can be \(more.joined(separator: " or ").clipped), too")
            } else {
                .cosmetic("the choices of input \(name) are in another order")
            }
        return change("options", callers: effect)
    }

    private var description: WorkflowDifference? {
        guard old.description != new.description else { return nil }
        return change("description", callers: .cosmetic("input \(name) is described in other words"))
    }
}
