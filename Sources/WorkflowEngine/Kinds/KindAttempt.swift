internal import DocumentTree
internal import Synchronization

/// An attempt under way in a task of this process.
final class KindAttempt {
    /// What processes that do its work are started with; none where it has none of its own.
    let marks: [String]
    private let capture: OutputCapture
    private let limits: ShellAttempt.Limits
    private var task: Task<Void, Never>?
    private var stopped: StepError?
    private var abandonAt: ContinuousClock.Instant?

    init(marks: [String], capture: OutputCapture, limits: ShellAttempt.Limits) {
        self.marks = marks
        self.capture = capture
        self.limits = limits
    }

    /// Starts the work; what comes of it is posted, not awaited.
    func start(
        _ kind: any StepKind, _ call: StepCall, post: @escaping @Sendable (Result<ValueMapping, StepError>) -> Void
    ) {
        task = Task.detached(executorPreference: KindExecutor.shared) {
            do {
                post(.success(try await kind.run(call)))
            } catch let error as StepError {
                post(.failure(error))
            } catch {
                post(.failure(StepError("error", "\(error)")))
            }
        }
    }

    /// When `wake` wants to be called next.
    var deadline: ContinuousClock.Instant? { stopped == nil ? limits.deadline?.at : abandonAt }

    /// Does what is due; returns whether the attempt is over: a task that does not heed its cancellation is left alone.
    func wake(now: ContinuousClock.Instant) -> Bool {
        guard let deadline, deadline <= now else { return false }
        guard stopped == nil, let limit = limits.deadline else { return true }
        stop(limit.error, now: now)
        return false
    }

    func stop(_ error: StepError, now: ContinuousClock.Instant) {
        guard stopped == nil else { return }
        stopped = error
        // A program of its own is killed when the grace is over, which needs a moment.
        abandonAt = now + limits.grace + (marks.isEmpty ? .zero : .seconds(2))
        task?.cancel()
    }

    /// Takes what the work printed; returns what may be shown.
    func take(_ text: String) -> [UInt8] { capture.take(Array(text.utf8), from: .standardOutput) }

    /// Closes the log.
    func finish(_ outcome: Result<ValueMapping, StepError>?) -> (result: AttemptResult, output: [UInt8]) {
        let (output, _) = capture.finish()
        var result = AttemptResult()
        switch outcome {
        case .success(let outputs): result.outputs = outputs
        case .failure(let error): result.error = error.reportedByWork
        case nil: result.error = StepError("error", "the step did not end when it was told to")
        }
        if let stopped { result.error = stopped }
        result.log = capture.finishLog()
        return (result, output)
    }
}
