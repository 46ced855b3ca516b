internal import DocumentTree
internal import WorkflowLanguage

/// One change that the journal takes in. All entries of one transaction are on disk before any of them is acted upon.
enum JournalEntry: Sendable {
    /// The run is in another state.
    case run(RunChange)
    /// A step has items; they stand from the position `first` on.
    case items(first: Int, [StepRecord], hash: DefinitionHash)
    /// The step at `position` is in another state.
    case step(position: Int, StepChange)
    /// An attempt begins.
    case attemptStarted(position: Int, AttemptPhase, AttemptRecord)
    /// The process of an attempt, so that a later runner can end it.
    case attemptProcess(position: Int, AttemptPhase, number: Int, ProcessIdentity)
    /// A signal was acted upon, by what else is in the transaction. Each can be only once.
    case claimed(Int)
    /// What a person wants of the run, until it is done.
    case control(RunControl?)
    /// This process drives the run no more: the run is over, in the same transaction.
    case released(host: String)
    /// An attempt is over.
    case attemptEnded(position: Int, AttemptPhase, AttemptRecord, LogRecord?)

    var isClaim: Bool { if case .claimed = self { true } else { false } }
}

/// Whether an attempt does a step or undoes it.
public enum AttemptPhase: String, Sendable, Hashable {
    case `do`, undo
}

/// What changes about a run.
struct RunChange: Sendable {
    /// The state that it must be in for this change to be right.
    var expected: RunStatus
    var status: RunStatus
    var started: Timestamp?
    var ended: Timestamp?
    var error: RunFailure?
    var outputs = ValueMapping()
}

/// What is written of a step when its state changes: all of it that can change.
struct StepChange: Sendable {
    /// The state that it must be in for this change to be right.
    var expected: StepStatus
    var record: StepRecord
    var finishOrder: Int?
    var due: Timestamp?
}
