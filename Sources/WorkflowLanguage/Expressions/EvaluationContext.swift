public import DocumentTree

/// The functions that tell how the run stands.
public enum StatusFunction: String, CaseIterable, Sendable {
    /// No step that is waited for has failed, and the run is not cancelled.
    case success
    /// A step that is waited for has failed.
    case failure
    /// The run is being cancelled.
    case cancelled
    /// Always true.
    case always
}

/// What an expression is evaluated in.
public protocol EvaluationContext {
    /// The value of a context (`inputs`, `steps`, …; `name` as written, so compare without case), or nil where there is
    /// none of that name. Asked for at most once an evaluation, and only where the expression gets there.
    func value(of name: String) throws -> Value?

    /// Whether the status function holds.
    func holds(_ function: StatusFunction) -> Bool

    /// The SHA-256, in hexadecimal digits, of the files that match the glob patterns; empty where none does.
    func hashFiles(_ patterns: [String]) throws -> String
}

/// An evaluation context that is a mapping from the contexts' names to their values, of a run that goes well and without files.
public struct ConstantContext: EvaluationContext, Sendable {
    /// The contexts.
    public var values: ValueMapping
    /// The status functions that hold.
    public var holding: Set<StatusFunction>

    /// The contexts `values`; `success()` and `always()` hold.
    public init(_ values: ValueMapping = ValueMapping(), holding: Set<StatusFunction> = [.success, .always]) {
        self.values = values
        self.holding = holding
    }

    /// The value of the context, exactly of that name or else without regard to case; null for a context that the
    /// language knows and that isn't given.
    public func value(of name: String) -> Value? {
        if let value = values.value(ignoringCaseOf: name) { return value }
        return ContextName(name) == nil ? nil : .null
    }

    /// Whether the function was given as holding.
    public func holds(_ function: StatusFunction) -> Bool { holding.contains(function) }

    /// Always empty: there are no files here.
    public func hashFiles(_ patterns: [String]) -> String { "" }
}

/// The contexts that a workflow's expressions may name.
public enum ContextName: String, CaseIterable, Sendable {
    case inputs, env, secrets, steps, trigger, run, workflow, matrix, item
    case itemIndex = "item_index"
    case executionID = "execution_id"
    case correlationID = "correlation_id"

    /// The context of that name, without regard to case.
    public init?(_ name: String) { self.init(rawValue: name.lowercased()) }
}
