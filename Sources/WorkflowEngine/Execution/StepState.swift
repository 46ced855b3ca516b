internal import WorkflowLanguage

/// A step of a run under way.
struct StepState: Sendable {
    var machine: StepStateMachine
    var record: StepRecord
    /// How many of the steps that it needs have not ended.
    var openNeeds: Int
    /// Whether the steps that need it know that it has ended.
    var isCountedOff = false
    /// Whether a step that it needs, directly or not, has failed or was cancelled.
    var hasFailedAncestor = false
    /// The step's place in the order in which the steps ended that may have to be undone; only those are.
    var finishOrder: Int?
    /// Whether the attempt under way was told to end because of other items of its step.
    var isBeingEnded = false
    /// How much its outputs take in the record, in bytes.
    var outputSize = 0
    /// When the next attempt is due.
    var due: Timestamp?
    /// The end that it gets from outside once its attempt has ended.
    var outsideEnd: OutsideEnd?
    /// The state that the journal has.
    var journaled: StepStatus
    /// Whether the step differs from what the journal has.
    var isDirty = false

    init(_ record: StepRecord, openNeeds: Int) {
        machine = StepStateMachine(step: record.id, status: record.status)
        self.record = record
        self.openNeeds = openNeeds
        journaled = record.status
    }

    /// Whether the steps behind it count it as failed.
    var countsAsFailed: Bool { record.conclusion == .failure || record.conclusion == .cancelled }
}
