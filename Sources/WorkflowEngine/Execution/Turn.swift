public import WorkflowLanguage

/// What follows from what happened: first all entries go to disk, in one transaction, then the commands are carried out.
struct Turn: Sendable {
    /// What the other entries refer to.
    var openings: [JournalEntry] = []
    var entries: [JournalEntry] = []
    var commands: [Command] = []
    var progress: [RunProgress] = []

    /// What the runner does.
    enum Command: Sendable {
        /// Run an attempt of the step at `position`.
        case start(position: Int, AttemptPhase, number: Int)
        /// End the attempt under way.
        case stop(position: Int, StepError)
        /// Run the attempt that has just begun for a step whose earlier attempt called a run: have that run cancelled, and end with it.
        case endCall(position: Int, StepError)
        /// Cancel a run that a step of this one has called, for whoever takes it up.
        case cancelCalled(RunID)
        /// Report back when the step's time has come: of its next attempt, or of the end of its wait. So much time passes until then,
        /// however the clock is set meanwhile; with `byClock` what the clock shows counts.
        case schedule(position: Int, at: Timestamp, byClock: Bool = false)
        /// The run is over, or is given up until somebody resumes it.
        case leave

        var isLeave: Bool { if case .leave = self { true } else { false } }
    }
}

/// What a runner tells whoever watches it. It comes when the journal has it.
public enum RunProgress: Sendable {
    /// The run goes on; `resumed` where it had been interrupted or paused.
    case runStarted(RunID, resumed: Bool)
    /// A step with items begins; they follow.
    case itemsBegan(StepID, count: Int)
    /// An attempt begins; attempts count from 1.
    case attemptStarted(StepID, AttemptPhase, number: Int)
    /// A step printed something, secrets masked.
    case output(StepID, AttemptPhase, OutputStream, [UInt8])
    /// An attempt failed, and the next one begins after `delay`.
    case retrying(StepID, AttemptPhase, number: Int, StepError, delay: Duration)
    /// A step waits: its record says for what.
    case stepWaits(StepRecord)
    /// A step has ended or was skipped.
    case stepEnded(StepRecord)
    /// A step was undone, or could not be.
    case stepUndone(StepRecord)
    /// Another process keeps the run from being written down; it is awaited. This comes although the journal lacks it.
    case heldUp(EngineError)
    /// No place is free in the run's concurrency group: it waits for one, or is left out. These runs had the places last. The journal knows
    /// nothing of it.
    case noPlace(group: String, holders: [RunID], isLeftOut: Bool)
    /// The run is over, or was left paused or waiting.
    case runLeft(RunStatus)
}

/// The two streams of a process.
public enum OutputStream: Sendable, Hashable {
    /// What it prints.
    case standardOutput
    /// What it prints about itself.
    case standardError
}
