/// How a command ended, for the shell. `docs/commands.md` and `wfrepo --help` list the same.
enum ExitStatus: Int32 {
    /// Done; for a run: it succeeded.
    case success = 0
    /// The answer is no: a run failed, a check found problems, two things differ (where that was asked).
    case negative = 1
    /// It could not be done; nothing was changed that the message does not name.
    case failure = 2
    /// The run was cancelled.
    case cancelled = 3
    /// The run failed and was compensated.
    case compensated = 4
    /// The run failed and so did its compensation: something is left to do by hand.
    case compensationFailed = 5
    /// The run is paused or waits, and goes on with `runs resume`.
    case paused = 6
    /// The command line could not be understood (EX_USAGE of sysexits.h).
    case usage = 64
}
