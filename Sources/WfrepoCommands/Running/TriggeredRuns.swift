import GitStore
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage

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
        for problem in plan.problems { say("not started: \(problem.description)") }
        guard !plan.triggers.isEmpty else { return }
        guard try context.trustStore().trusts(workflows.repository) else {
            let names = Set(plan.triggers.map(\.workflow.description)).sorted().joined(separator: ", ")
            return say("\(names) not started: this repository is not trusted; 'wfrepo trust' allows runs here")
        }
        let session = try RunSession(context, workflows: workflows)
        for trigger in plan.triggers {
            do {
                try start(trigger, session)
            } catch {
                let failure = CommandFailure(describing: error) ?? CommandFailure("\(error)")
                say("\(trigger.workflow) not started: \(failure.message)")
            }
        }
    }

    private func start(_ trigger: PlannedTrigger, _ session: RunSession) throws {
        let revision = RevisionSpec(name: trigger.workflow, selector: .commit(trigger.commit.description))
        var request = try session.request(
            try session.workflows.resolve(revision), inputs: [],
            trigger: RunTrigger(event: trigger.event.rawValue, source: source(of: trigger)))
        let author = try session.repository.commit(trigger.commit).author
        request.actor = Actor(name: author.name, email: author.email)
        let run = try session.engine.submit(request)
        try BackgroundProcess(context).start(["runs", "drive", run.description], in: session.repository)
        say("started \(trigger.workflow), run \(run)")
    }

    private func source(of trigger: PlannedTrigger) -> String {
        let hook = trigger.event == .push ? "post-receive" : "post-commit"
        return trigger.branch.map { "\(hook) on \($0)" } ?? hook
    }

    private func say(_ text: String) { context.errors.writeLine("wfrepo: \(visible(text))") }
}
