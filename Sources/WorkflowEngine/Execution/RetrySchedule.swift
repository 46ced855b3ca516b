internal import WorkflowLanguage

/// When a failed attempt is tried again.
struct RetrySchedule {
    private let policy: RetryPolicy

    init(_ policy: RetryPolicy) { self.policy = policy }

    /// The delay before the attempt behind the failed attempt `number`, which counts from 1; nil where there is none.
    ///
    /// `random` is a number of 0..<1, which decides how far the delay varies by the policy's jitter. No delay is shorter than the
    /// failure itself asks for, whatever the policy says.
    func delay(afterAttempt number: Int, error: StepError, exit: Int?, random: Double) -> Duration? {
        guard policy.strategy != .none, number < policy.maxAttempts, selects(error, exit: exit) else { return nil }
        let unbounded = seconds(afterAttempt: number)
        let bounded = min(unbounded, policy.maxDelay?.inSeconds ?? .infinity, Self.longest)
        let varied = bounded * (1 + policy.jitter * (2 * random - 1))
        return max(.milliseconds(Int((max(0, varied) * 1000).rounded())), error.retryAfter ?? .zero)
    }

    /// Ten years: a delay that grows without a bound stays a time that a calendar can name.
    private static let longest = 315_360_000.0

    private func seconds(afterAttempt number: Int) -> Double {
        let delay = policy.delay.inSeconds
        switch policy.strategy {
        case .none, .immediate: return 0
        case .fixed: return delay
        case .linear: return delay * Double(number)
        case .exponential:
            // Multiplied step by step rather than by pow(3), so that it ends as soon as the bound is reached.
            var grown = delay
            for _ in 1..<max(1, number) where grown < Self.longest { grown *= policy.factor }
            return grown
        }
    }

    /// Whether the policy names this failure; every failure, where it names none.
    private func selects(_ error: StepError, exit: Int?) -> Bool {
        guard !policy.on.isEmpty else { return true }
        return policy.on.contains { failure in
            switch failure {
            case .timeout: error.kind == "timeout"
            case .exit(let statuses): exit.map(statuses.contains) ?? false
            case .limit: error.kind == StepError.limitKind
            case .http5xx: error.kind == "http-5xx"
            case .http429: error.kind == "http-429"
            case .circuitOpen: error.kind == StepError.circuitOpenKind
            case .network: error.kind == "network"
            }
        }
    }
}

extension Duration {
    /// The duration in seconds.
    var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
