public import DocumentTree
public import WorkflowLanguage

/// Something that a person or another process did to a run, once the journal has it: what audit events are made from.
public struct ControlAction: Hashable, Sendable {
    /// What was done, in one word: `pause`, `resume`, `cancel`, `signal`, `approve`, `reject`, `skip`, `set-result`,
    /// `interrupt`, `retry`, `adopt`.
    public var name: String
    /// To which run.
    public var run: RunID
    /// To which of its steps; nil where it was the run itself.
    public var step: StepID?
    /// By whom; nil where it is not known.
    public var actor: Actor?
    /// What came with it: an answer, a comment, outputs, a reason.
    public var data: ValueMapping
    /// When.
    public var time: Timestamp

    /// An action.
    public init(
        _ name: String, run: RunID, step: StepID? = nil, actor: Actor?, data: ValueMapping = [:], time: Timestamp
    ) {
        self.name = name
        self.run = run
        self.step = step
        self.actor = actor
        self.data = data
        self.time = time
    }

    /// The action that sending a signal was.
    init(_ signal: RunSignal, run: RunID, time: Timestamp) {
        self.init(
            signal.name, run: run, step: signal.step, actor: signal.sender, data: signal.data, time: time)
    }
}
