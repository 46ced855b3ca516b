internal import DocumentTree

/// What came out of one attempt.
struct AttemptResult: Sendable {
    /// Why it failed; nil where it succeeded.
    var error: StepError?
    var exit: Int?
    var signal: Int?
    var outputs = ValueMapping()
    var log: LogRecord?

    static func failed(_ error: StepError) -> AttemptResult { AttemptResult(error: error) }
}

extension StepError {
    /// The class of an attempt that was ended because the run is cancelled.
    static let cancelledKind = "cancelled"
    static let timeoutKind = "timeout"
    /// The class of an attempt whose runner died.
    static let interruptedKind = "interrupted"
    static let expressionKind = "expression"
}
