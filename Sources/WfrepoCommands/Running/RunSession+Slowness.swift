import GitStore
import WorkflowEngine
import WorkflowLanguage

extension RunSession {
    /// When a run counts as slow, for whom its workflow tells of that, and how they are told: by a process of its own, so that
    /// the run doesn't wait for it.
    func slowness(
        of run: RunID, _ workflow: Workflow
    ) throws(EngineError) -> (after: Duration, tell: @Sendable () -> Void)? {
        let notices = workflow.notices.filter { $0.events.contains(.slow) }
        guard !notices.isEmpty else { return nil }
        let usual = try engine.store.runDuration(quantile: 0.95, of: workflow.name)
        let limits = notices.flatMap { notice in
            [notice.slowAfter, notice.slowFactor.flatMap { factor in usual.map { $0 * factor } }].compactMap { $0 }
        }
        guard let after = limits.min() else { return nil }
        let background = BackgroundProcess(context)
        let folder = repository.workTree ?? repository.gitDirectory
        return (
            after,
            {
                // Whoever can't be told: the run goes on.
                try? background.start(["runs", "tell-slow", run.description], inFolder: folder)
            }
        )
    }
}
