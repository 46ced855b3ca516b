import DocumentTree
import GitStore
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage
import WorkflowRecords

/// Starts the runs that a commit or a push fires: each is journaled, then driven by a process of its own in the background,
/// so that git never waits for it.
struct TriggeredRuns {
    private let context: CommandContext
    private let repository: Repository?

    /// - Parameter repository: Where the commit was made; nil means the repository that the command works on.
    init(_ context: CommandContext, repository: Repository? = nil) {
        self.context = context
        self.repository = repository
    }

    /// Starts what `plan` names, where the user trusts the repository.
    func start(_ plan: (TriggerPlanner) throws -> TriggerPlan) throws {
        let workflows = try repository.map { WorkflowRepository($0) } ?? context.openWorkflows()
        let plan = try plan(TriggerPlanner(workflows))
        let trail = context.auditTrail(workflows.repository, hookName(of: plan), .hook)
        var told = Set(plan.problems.map(\.path)).sorted().map { path in
            trail.event(.triggerSkipped, workflow: WorkflowName(path: path), ["why": "the definition has faults"])
        }
        defer { context.tell(told, to: trail, in: workflows.repository) }
        for problem in plan.problems { say("not started: \(problem.description)") }
        guard !plan.triggers.isEmpty else { return }
        guard try context.trustStore().trusts(workflows.repository) else {
            told += plan.triggers.map {
                trail.event(
                    .triggerRefused, workflow: $0.workflow, on: $0.commit, ["why": "the repository is not trusted"])
            }
            let names = Set(plan.triggers.map(\.workflow.description)).sorted().joined(separator: ", ")
            return say("\(names) not started: this repository is not trusted; 'wfrepo trust' allows runs here")
        }
        let session = try RunSession(context, workflows: workflows)
        let store = try context.trustStore()
        for trigger in plan.triggers {
            do {
                let allowing = try session.settings(for: trigger).allowing
                if case .widened(let excess) = try store.standing(of: workflows.repository, allowing: allowing) {
                    let what = excess.joined(separator: "; ")
                    told.append(
                        trail.event(
                            .triggerRefused, workflow: trigger.workflow, on: trigger.commit,
                            ["why": .string("the settings allow more than was trusted: \(what)")]))
                    say(
                        "\(trigger.workflow) not started: \(Settings.path) allows more than when you trusted this "
                            + "repository (\(what)); 'wfrepo trust' allows that, too")
                    continue
                }
                let run = try start(trigger, session)
                told.append(trail.event(.triggerFired, of: run, ["trigger": .string(source(of: trigger))]))
            } catch {
                let failure = CommandFailure(for: error)
                told.append(
                    trail.event(
                        .triggerSkipped, workflow: trigger.workflow, on: trigger.commit,
                        ["why": .string(String(failure.message.prefix(300)))]))
                say("\(trigger.workflow) not started: \(failure.message)")
            }
        }
    }

    private func start(_ trigger: PlannedTrigger, _ session: RunSession) throws -> RunRecord {
        let revision = RevisionSpec(name: trigger.workflow, selector: .commit(trigger.commit.description))
        var request = try session.request(
            try session.workflows.resolve(revision), inputs: [], settings: try session.settings(for: trigger),
            trigger: RunTrigger(event: trigger.event.rawValue, source: source(of: trigger)))
        let author = try session.repository.commit(trigger.commit).author
        request.actor = Actor(name: author.name, email: author.email)
        let run = try session.engine.submit(request)
        try BackgroundProcess(context).start(["runs", "drive", run.description], in: session.repository)
        say("started \(trigger.workflow), run \(run)")
        return try session.engine.store.record(run)
    }

    private func hookName(of plan: TriggerPlan) -> String {
        plan.triggers.contains { $0.event == .push } ? HookName.postReceive.rawValue : HookName.postCommit.rawValue
    }

    private func source(of trigger: PlannedTrigger) -> String {
        let hook = trigger.event == .push ? "post-receive" : "post-commit"
        return trigger.branch.map { "\(hook) on \($0)" } ?? hook
    }

    private func say(_ text: String) { context.errors.writeLine("wfrepo: \(visible(text))") }
}
