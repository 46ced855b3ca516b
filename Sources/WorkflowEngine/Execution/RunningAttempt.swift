/// An attempt under way, and what does its work.
struct RunningAttempt {
    let position: Int
    let phase: AttemptPhase
    let work: Work

    /// Who does the work.
    enum Work {
        case shell(ShellAttempt)
        case kind(KindAttempt)
        case call(CallAttempt)

        var deadline: ContinuousClock.Instant? {
            switch self {
            case .shell(let shell): shell.deadline
            case .kind(let kind): kind.deadline
            case .call(let call): call.deadline
            }
        }

        func wake(now: ContinuousClock.Instant) -> Bool {
            switch self {
            case .shell(let shell): shell.wake(now: now)
            case .kind(let kind): kind.wake(now: now)
            case .call(let call): call.wake(now: now)
            }
        }

        func stop(_ error: StepError, now: ContinuousClock.Instant) {
            switch self {
            case .shell(let shell): shell.stop(error, now: now)
            case .kind(let kind): kind.stop(error, now: now)
            case .call(let call): call.stop(error)
            }
        }

        /// Ends it at once.
        func kill() {
            switch self {
            case .shell(let shell): shell.kill()
            case .kind(let kind): kind.stop(StepError(StepError.cancelledKind, "the run was cancelled"), now: .now)
            case .call(let call): call.kill()
            }
        }
    }

    /// What a watched descriptor of the attempt `id` is called: nil is the end of its process.
    static func token(_ id: UInt64, _ stream: OutputStream?) -> Reactor.Token {
        switch stream {
        case nil: id << 2
        case .standardOutput: id << 2 | 1
        case .standardError: id << 2 | 2
        }
    }

    /// What the end of a process is called that has outlived the script of the attempt `id`.
    static func survivorToken(_ id: UInt64) -> Reactor.Token { id << 2 | 3 }

    static func isSurvivor(_ token: Reactor.Token) -> Bool { token & 3 == 3 }

    static func stream(of token: Reactor.Token) -> OutputStream? {
        switch token & 3 {
        case 1: .standardOutput
        case 2: .standardError
        default: nil
        }
    }
}
