internal import DocumentTree
internal import WorkflowLanguage

/// What came out of one attempt.
struct AttemptResult: Sendable {
    /// Why it failed; nil where it succeeded.
    var error: StepError?
    var exit: Int?
    var signal: Int?
    var outputs = ValueMapping()
    var log: LogRecord?

    static func failed(_ error: StepError) -> AttemptResult { AttemptResult(error: error) }

    /// Holds what the attempt hands on against what is said of it.
    mutating func check(against declarations: [OutputDeclaration]) {
        guard error == nil, !declarations.isEmpty else { return }
        let (checked, faults) = OutputDeclaration.check(outputs, against: declarations)
        outputs = checked
        if !faults.isEmpty { error = StepError(StepError.schemaKind, OutputDeclaration.summary(of: faults)) }
    }
}

extension StepError {
    /// The class of an attempt that was ended because the run is cancelled.
    static let cancelledKind = "cancelled"
    static let timeoutKind = "timeout"
    /// The class of an attempt whose runner died.
    static let interruptedKind = "interrupted"
    static let expressionKind = "expression"
    /// The class of an attempt whose outputs are not what the step says of them.
    static let schemaKind = "schema"
    /// The class of an attempt that interrupted its own run to ask something.
    static let suspendedKind = "suspended"
    /// The class of an approval that somebody refused.
    static let rejectedKind = "rejected"
    /// The class of a wait whose time is over.
    static let lapsedKind = "lapsed"
    /// The class of an attempt that a person ended, and gave another result.
    static let byHandKind = "by-hand"

    /// Whether the failure is a word that was given, so that trying again would be to ask once more.
    var isFinalWord: Bool { kind == Self.rejectedKind || kind == Self.lapsedKind }

    /// Whether the attempt was cut short from outside, and so does not count against `max-attempts`.
    var isNoFailureOfTheStep: Bool { kind == Self.interruptedKind || kind == Self.suspendedKind }

    /// The error as a step's own work may report it: the classes by which the engine says what it did itself become `error`.
    var reportedByWork: StepError {
        guard [Self.cancelledKind, Self.interruptedKind, Self.suspendedKind, Self.byHandKind].contains(kind) else {
            return self
        }
        return StepError("error", message, retryAfter: retryAfter)
    }
}
