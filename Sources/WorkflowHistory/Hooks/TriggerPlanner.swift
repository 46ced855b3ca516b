internal import DocumentTree
internal import GitStore
internal import WorkflowLanguage

/// Finds which workflows `on: commit` and `on: push` start.
///
/// Definitions are read from the commit that fires them. Branches and paths filter as GitHub's patterns do; without `paths:`
/// a change of the workflow's own file fires. It only decides: whether the repository is trusted is the caller's question.
public struct TriggerPlanner {
    private let workflows: WorkflowRepository
    private var git: Repository { workflows.repository }

    /// A planner.
    public init(_ workflows: WorkflowRepository) { self.workflows = workflows }

    /// After `git commit` (`post-commit`): what HEAD fires. During a rebase nothing: `post-rewrite` follows.
    public func afterCommit() throws -> TriggerPlan {
        guard git.state != .rebase else { return .nothing }
        let base = try workflows.base()
        guard let tip = base.tip, let tree = base.tree else { return .nothing }
        return try plan(.commit, branch: base.branch, tip: tip, tree: tree, changed: try paths(changedBy: tip))
    }

    /// After commits were replaced (`post-rewrite`): what a rebase fires, once, at the new tip.
    ///
    /// - Parameter command: `amend` or `rebase`. For `amend` git runs `post-commit`, too, and that one fires.
    public func afterRewrite(_ command: String, _ rewritten: [RewrittenCommit]) throws -> TriggerPlan {
        guard command == "rebase", !rewritten.isEmpty else { return .nothing }
        let base = try workflows.base()
        guard let tip = base.tip, let tree = base.tree else { return .nothing }
        var changed: Set<String> = []
        for commit in Set(rewritten.map(\.new)) { changed.formUnion(try paths(changedBy: commit)) }
        return try plan(.commit, branch: base.branch, tip: tip, tree: tree, changed: changed)
    }

    /// After a push was received (`post-receive`): what each branch's new tip fires, each workflow once a commit. The
    /// removal of a branch fires nothing; a new one is compared with where it left HEAD's branch.
    public func afterReceive(_ updates: [RefUpdate]) throws -> TriggerPlan {
        var result = TriggerPlan.nothing
        var seen: Set<PlannedTrigger> = []
        for update in updates {
            guard let branch = update.branch, let new = update.new.map({ CommitID($0) }), update.old != update.new
            else { continue }
            let tree = try git.links(of: new).tree
            let before = try workflows.start(of: update, tip: new).map { try git.links(of: $0).tree }
            let changed = Set(try git.changedPaths(from: before, to: tree).map(\.path))
            let plan = try plan(.push, branch: branch, tip: new, tree: tree, changed: changed)
            result.problems += plan.problems
            for trigger in plan.triggers {
                let key = PlannedTrigger(workflow: trigger.workflow, commit: trigger.commit, event: .push, branch: nil)
                if seen.insert(key).inserted { result.triggers.append(trigger) }
            }
        }
        return result
    }

    private func paths(changedBy commit: CommitID) throws -> Set<String> {
        let parent = try git.firstParent(of: commit)
        let before = try parent.map { try git.links(of: $0).tree }
        return Set(try git.changedPaths(from: before, to: git.links(of: commit).tree).map(\.path))
    }

    private func plan(
        _ event: Trigger.Event, branch: String?, tip: CommitID, tree: TreeID, changed: Set<String>
    ) throws -> TriggerPlan {
        var plan = TriggerPlan.nothing
        guard !changed.isEmpty else { return plan }
        let own = changed.compactMap { WorkflowName(path: $0) }
        for name in try PathWatchers(workflows).names(in: tree).union(own).sorted() {
            guard let file = try readable(name, in: tree) else { continue }
            let bytes = try workflows.definition(file)
            guard mayMention(event.rawValue, in: bytes) else { continue }
            guard let workflow = DefinitionCheck.workflow(name, at: file.path, bytes) else {
                plan.problems += DefinitionCheck.faults(of: name, at: file.path, bytes)
                continue
            }
            let fires = workflow.triggers.contains { trigger in
                trigger.event == event && Self.accepts(trigger, branch: branch, changed: changed, own: file.path)
            }
            guard workflow.isEnabled, fires else { continue }
            plan.triggers.append(PlannedTrigger(workflow: name, commit: tip, event: event, branch: branch))
        }
        return plan
    }

    /// The definition's file; nil where it was removed, or where a link or two files stand for the name.
    private func readable(_ name: WorkflowName, in tree: TreeID) throws -> WorkflowFile? {
        do {
            return try workflows.file(of: name, in: tree)
        } catch is HistoryError {
            return nil
        }
    }

    /// Whether a trigger's filters let this branch and one of these paths pass.
    static func accepts(_ trigger: Trigger, branch: String?, changed: Set<String>, own: String) -> Bool {
        let branches = trigger.branches.map { FilterPattern($0) }
        guard branches.isEmpty || (branch.map { FilterPattern.allows($0, by: branches) } ?? false) else { return false }
        guard !trigger.paths.isEmpty else { return changed.contains(own) }
        let paths = trigger.paths.map { FilterPattern($0) }
        return changed.contains { FilterPattern.allows($0, by: paths) }
    }
}
