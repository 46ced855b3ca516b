import WorkflowEngine
import WorkflowLanguage

extension RunSession {
    /// How many runs one command takes up; the next command takes up more.
    private static let mostAtOnce = 8

    /// Takes up, each in a process in the background, the runs that could go on and that nobody drives: their runner died,
    /// their time has come, or a signal waits for them. What a person paused stays paused.
    func takeUpLeftBehind(isQuiet: Bool) throws {
        for run in try engine.runsToTakeUp(withCalled: false).prefix(Self.mostAtOnce)
        where try takeUpInBackground(run) && !isQuiet {
            context.errors.note("took up run \(run), which nobody drove: wfrepo runs watch \(run)")
        }
    }

    /// Says that nobody drives a run that could go on.
    func noteLeft(_ run: RunID, _ whatNow: String) throws {
        let state =
            switch try engine.store.status(of: run) {
            case .running, .compensating: "was interrupted"
            default: "could go on"
            }
        context.errors.note("run \(run) \(state)\(whatNow)")
    }

    /// Drives a run, as `drive` does; nil where another process drives it.
    func driveUnlessDriven(_ run: RunID, observer: @escaping (RunProgress) -> Void) throws -> RunRecord? {
        do {
            return try drive(run, observer: observer)
        } catch {
            guard let failure = error as? EngineError, failure.code == .driven else { throw error }
            return nil
        }
    }

    /// Starts a process in the background that drives a run. Of two that try, the run's lease lets one.
    ///
    /// - Returns: Whether it was started; where a secret is missing here, it is said what to do, and it is not.
    func takeUpInBackground(_ run: RunID) throws -> Bool {
        let workflow = try engine.workflow(of: try engine.store.record(run))
        do {
            _ = try environment(for: workflow)
        } catch {
            let reason = CommandFailure(for: error).message
            context.errors.note("run \(run) can't go on here: \(reason); set it, then: wfrepo runs resume \(run)")
            return false
        }
        try BackgroundProcess(context).start(["runs", "drive", run.description], in: repository)
        return true
    }
}
