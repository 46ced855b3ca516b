internal import DocumentTree
internal import Logging

/// An attempt under way whose work is another run, which a thread of its own drives.
///
/// What is wanted of the attempt is asked of that run: it is cancelled as a run is, with its own compensation, and paused.
final class CallAttempt {
    private let engine: Engine
    private let run: RunID
    /// Why it is to end; nil as long as nobody wants that.
    private(set) var stopped: StepError?
    private let limit: (at: ContinuousClock.Instant, error: StepError)?

    init(engine: Engine, run: RunID, limits: ShellAttempt.Limits) {
        self.engine = engine
        self.run = run
        limit = limits.deadline
    }

    /// Starts to drive the run; how it ended is posted.
    func start(_ call: Call, in environment: RunEnvironment, post: @escaping @Sendable (CallEnd) -> Void) {
        let (engine, run) = (engine, run)
        DetachedThread.start {
            do throws(EngineError) {
                post(try engine.drive(run, of: call, in: environment))
            } catch {
                post(.ended(.failure(StepError(StepError.callKind, error.description))))
            }
        }
    }

    /// When `wake` wants to be called next.
    var deadline: ContinuousClock.Instant? { stopped == nil ? limit?.at : nil }

    /// Does what is due; the attempt is never over by that.
    func wake(now: ContinuousClock.Instant) -> Bool {
        guard let deadline, deadline <= now, let limit else { return false }
        stop(limit.error)
        return false
    }

    func stop(_ error: StepError) {
        guard stopped == nil else { return }
        stopped = error
        ask(.cancel())
    }

    /// Ends the run without grace: a second cancellation does that.
    func kill() {
        stop(StepError(StepError.cancelledKind, "the run was cancelled"))
        ask(.cancel())
    }

    func pause() { ask(.pause) }

    /// Has the run come to where it can be left. One that waits is there already, and goes on with what it waits for.
    func prepareToLeave() {
        do {
            if try engine.store.status(of: run) == .running { ask(.pause) }
        } catch {
            engine.configuration.logger.debug("\(error)")
        }
    }

    /// What the attempt makes of the end of its run.
    func finish(_ outcome: Result<ValueMapping, StepError>?) -> AttemptResult {
        var result = AttemptResult()
        switch outcome {
        case .success(let outputs):
            result.outputs = outputs
            // A step that a crash is to fail fails, however far the run has come by itself.
            if stopped?.kind == StepError.interruptedKind { result.error = stopped }
        case .failure(let error): result.error = stopped ?? error
        case nil: result.error = stopped ?? StepError(StepError.callKind, "the end of the run was lost")
        }
        return result
    }

    /// A run that is over by now refuses it, and its end is on its way.
    private func ask(_ signal: RunSignal) {
        do {
            try engine.send(signal, to: run)
        } catch {
            engine.configuration.logger.debug("\(error)")
        }
    }
}
