import DocumentTree
import StructuralDiff

/// Compares the keys of a workflow that are neither inputs, secrets, triggers nor steps.
struct SettingComparison {
    private let old: Workflow
    private let new: Workflow
    private let changes: [Change]

    init(old: Workflow, new: Workflow, changes: [Change]) {
        self.old = old
        self.new = new
        self.changes = changes
    }

    var differences: [WorkflowDifference] {
        [title, description, enabled].compactMap { $0 } + surroundings
            + [timeout, workspace, onFailure].compactMap { $0 } + concurrency
    }

    private func change(
        _ key: String, _ old: String?, _ new: String?, callers: Effect? = nil, runs: Effect? = nil
    ) -> WorkflowDifference {
        let kind: WorkflowDifference.Kind =
            old == nil && new != nil ? .added : old != nil && new == nil ? .removed : .changed
        return WorkflowDifference(.workflow, kind, key: key, old: old, new: new, callers: callers, runs: runs)
    }

    private var title: WorkflowDifference? {
        guard old.title != new.title else { return nil }
        return change("name", old.title?.clipped, new.title?.clipped, callers: .cosmetic("it has another title"))
    }

    private var description: WorkflowDifference? {
        guard old.description != new.description else { return nil }
        return WorkflowDifference(
            .workflow, .changed, key: "description", callers: .cosmetic("it is described in other words"))
    }

    private var enabled: WorkflowDifference? {
        guard old.isEnabled != new.isEnabled else { return nil }
        return change(
            "enabled", "\(old.isEnabled)", "\(new.isEnabled)",
            callers: new.isEnabled
                ? .compatible("it can be started again") : .breaking("it is switched off: nothing starts it"))
    }

    private var timeout: WorkflowDifference? {
        guard old.timeout != new.timeout else { return nil }
        let effect: Effect =
            switch (old.timeout, new.timeout) {
            case (_, nil): .compatible("a run may take as long as it wants")
            case (let before?, let after?) where after > before: .compatible("a run may take \(after.words) now")
            case (_, let after?): .breaking("a run may take no more than \(after.words) now")
            }
        return change("timeout", old.timeout?.words, new.timeout?.words, callers: effect, runs: effect)
    }

    private var workspace: WorkflowDifference? {
        guard old.workspace != new.workspace else { return nil }
        let place =
            switch new.workspace {
            case .checkout: "a checkout of the commit"
            case .none: "an empty folder"
            case .worktree: "the caller's own work tree"
            }
        return change(
            "workspace", old.workspace.rawValue, new.workspace.rawValue,
            callers: new.workspace == .worktree
                ? .breaking("steps work on the caller's own files now") : .compatible("steps run in \(place) now"),
            runs: .breaking("the files of finished steps are not in \(place)"))
    }

    private var onFailure: WorkflowDifference? {
        guard old.onFailure != new.onFailure else { return nil }
        let effect: Effect =
            switch (old.onFailure, new.onFailure) {
            case (.compensate, _): .breaking("a failed run doesn't undo its finished steps any more")
            case (_, .compensate): .compatible("a failed run undoes its finished steps now")
            case (_, .stop): .compatible("a failed step stops the run now")
            case (_, .continue): .compatible("a failed step doesn't stop the others any more")
            }
        return change("on-failure", old.onFailure.rawValue, new.onFailure.rawValue, callers: effect, runs: effect)
    }

    private var concurrency: [WorkflowDifference] {
        switch (old.concurrency, new.concurrency) {
        case (nil, nil): return []
        case (nil, let after?):
            return [change("concurrency", nil, after.group.words.clipped, callers: Self.effect(of: after.policy))]
        case (let before?, nil):
            let effect = Effect.compatible("runs don't wait for each other any more")
            return [change("concurrency", before.group.words.clipped, nil, callers: effect)]
        case (let before?, let after?):
            var found: [WorkflowDifference] = []
            if before.group.words != after.group.words {
                found.append(
                    change(
                        "concurrency.group", before.group.words.clipped, after.group.words.clipped,
                        callers: .compatible("it shares its turn with other runs than before")))
            }
            if before.limit != after.limit {
                found.append(
                    change(
                        "concurrency.limit", "\(before.limit)", "\(after.limit)",
                        callers: .compatible("\(after.limit) of the group may run at once, \(before.limit) before")))
            }
            if before.policy != after.policy {
                found.append(
                    change(
                        "concurrency.policy", before.policy.rawValue, after.policy.rawValue,
                        callers: Self.effect(of: after.policy)))
            }
            return found
        }
    }

    private static func effect(of policy: Concurrency.Policy) -> Effect {
        switch policy {
        case .queue: .compatible("a run waits while its group is full")
        case .skip: .breaking("a run is skipped while its group is full")
        case .cancelRunning: .breaking("a run is cancelled when the next one of its group starts")
        }
    }

    /// Changes of `env` and `defaults`, which every step's definition includes.
    private var surroundings: [WorkflowDifference] {
        changes.compactMap { change in
            guard case .key(let root)? = change.path.elements.first, ["env", "defaults"].contains(root) else {
                return nil
            }
            let effect = Effect.compatible("every step has another \(root == "env" ? "environment" : "default")")
            return WorkflowDifference(
                .workflow, WorkflowDifference.Kind(change.kind), key: change.path.description,
                old: change.old?.words, new: change.new?.words, callers: effect,
                runs: .compatible("finished steps run again where a run is retried: \(root) changed"))
        }
    }
}

extension WorkflowDifference.Kind {
    init(_ kind: Change.Kind) {
        switch kind {
        case .added: self = .added
        case .removed: self = .removed
        case .changed, .typeChanged: self = .changed
        case .moved: self = .moved
        case .renamed: self = .renamed
        }
    }
}
