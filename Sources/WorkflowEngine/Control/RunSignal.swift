public import DocumentTree
public import WorkflowLanguage

/// What somebody wants of a run.
public struct RunSignal: Hashable, Sendable {
    /// What can be wanted.
    public enum Wish: Hashable, Sendable {
        /// Stop after the steps that are under way, until somebody resumes the run.
        case pause
        /// Go on; a step that asked something gets the answer. With `called`, the end of that run wants it, not a person:
        /// only the step that called it goes on, and a run that is paused stays so.
        case resume(answer: Value, called: RunID? = nil)
        /// End the run; its finished steps are undone where the workflow says so and `compensating` is true.
        case cancel(compensating: Bool)
        /// What a step of the kind `signal` waits for, now or later.
        case deliver(name: String, data: Value)
        /// A decision on an approval.
        case decide(StepID, Decision.Verdict, comment: String?)
        /// Leave the step out.
        case skip(StepID)
        /// Take this for what the step hands on.
        case setResult(StepID, outputs: ValueMapping)
        /// The step's attempt wants an answer from outside before it can go on.
        case interrupt(StepID, attempt: Int, reason: String, data: Value)
    }

    /// What is wanted.
    public var wish: Wish
    /// By whom; nil where it is not known.
    public var sender: Actor?

    /// A signal.
    public init(_ wish: Wish, from sender: Actor? = nil) {
        self.wish = wish
        self.sender = sender
    }

    /// Ends the run; its finished steps are undone where the workflow says so and `compensating` is true.
    public static func cancel(compensating: Bool = true, from sender: Actor? = nil) -> RunSignal {
        RunSignal(.cancel(compensating: compensating), from: sender)
    }

    /// Stops the run after the steps that are under way, until somebody resumes it.
    public static let pause = RunSignal(.pause)

    /// Goes on with a run that is paused or asks something.
    public static func resume(answer: Value = .null, from sender: Actor? = nil) -> RunSignal {
        RunSignal(.resume(answer: answer), from: sender)
    }

    /// Says what is wanted in one word, as the journal and audit events have it.
    public var name: String {
        switch wish {
        case .pause: "pause"
        case .resume: "resume"
        case .cancel: "cancel"
        case .deliver: "signal"
        case .decide(_, let verdict, _): verdict == .approved ? "approve" : "reject"
        case .skip: "skip"
        case .setResult: "set-result"
        case .interrupt: "interrupt"
        }
    }

    /// The step that it is meant for; nil where it is meant for the run.
    public var step: StepID? {
        switch wish {
        case .pause, .resume, .cancel, .deliver: nil
        case .decide(let step, _, _), .skip(let step), .setResult(let step, _), .interrupt(let step, _, _, _): step
        }
    }

    /// What comes with it.
    public var data: ValueMapping {
        switch wish {
        case .pause: [:]
        case .resume(let answer, nil): ["answer": answer]
        case .resume(let answer, let called?): ["answer": answer, "called": .string(called.description)]
        case .cancel(let compensating): ["compensate": .bool(compensating)]
        case .deliver(let name, let data): ["name": .string(name), "data": data]
        case .decide(_, _, let comment): ["comment": Value(comment)]
        case .skip: [:]
        case .setResult(_, let outputs): ["outputs": .mapping(outputs)]
        case .interrupt(_, let attempt, let reason, let data):
            ["attempt": .integer(attempt), "reason": .string(reason), "data": data]
        }
    }

    /// A signal as the journal has it.
    /// - Throws: `EngineError.malformed` where it is none.
    init(name: String, step: StepID?, data: Value, sender: Actor?) throws(EngineError) {
        self.sender = sender
        switch (name, step) {
        case ("pause", _): wish = .pause
        case ("resume", _):
            wish = .resume(answer: data["answer"] ?? .null, called: data["called"]?.string.flatMap { RunID($0) })
        case ("cancel", _): wish = .cancel(compensating: data["compensate"]?.bool != false)
        case ("signal", _): wish = .deliver(name: data["name"]?.string ?? "", data: data["data"] ?? .null)
        case ("approve", let step?): wish = .decide(step, .approved, comment: data["comment"]?.string)
        case ("reject", let step?): wish = .decide(step, .rejected, comment: data["comment"]?.string)
        case ("skip", let step?): wish = .skip(step)
        case ("set-result", let step?): wish = .setResult(step, outputs: data["outputs"]?.mapping ?? [:])
        case ("interrupt", let step?):
            wish = .interrupt(
                step, attempt: data["attempt"]?.integer ?? 0, reason: data["reason"]?.string ?? "",
                data: data["data"] ?? .null)
        default: throw EngineError(.malformed, "the journal holds the unknown signal \"\(name)\"")
        }
    }
}

/// A signal that the journal holds and that nobody has acted upon.
struct PendingSignal: Hashable, Sendable {
    /// Its number in the journal.
    var id: Int
    var signal: RunSignal
    var sent: Timestamp
}
