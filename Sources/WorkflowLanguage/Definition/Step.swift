public import DocumentTree

/// A node of the workflow's graph.
public struct Step: Sendable {
    /// The identifier.
    public var id: StepID
    /// The `name:` key: a title for people.
    public var title: Template?
    /// The steps that must have ended before this one starts: as written, or the step above where nothing is written.
    public var needs: [StepID]
    /// Whether `needs:` was written.
    public var hasWrittenNeeds: Bool
    /// The condition, `if:`; nil means `success()`.
    public var condition: Expression?
    /// What the step does.
    public var work: Work
    /// The variables of its environment, besides those of the workflow.
    public var environment: [EnvironmentVariable]
    /// The folder to run in, relative to the workspace.
    public var workingDirectory: Template?
    /// When and how often a failed attempt is tried again.
    public var retry: RetryPolicy
    /// How long one attempt may take.
    public var timeout: Duration?
    /// How long all attempts together may take.
    public var totalTimeout: Duration?
    /// How long its processes may take to end after TERM, before KILL; nil means the engine's own.
    public var grace: Duration?
    /// What an attempt may use.
    public var limits = StepLimits.none
    /// When it takes its result from an earlier run.
    public var cache: StepCache?
    /// Where the step is done once for each of several items.
    public var fanOut: FanOut?
    /// The steps of the kind `choose` that decide whether this one goes on: one of them must have taken it.
    public var choosers: [StepID] = []
    /// When it no longer asks a service that fails.
    public var circuitBreaker: CircuitPolicy?
    /// What it says to hand on, and what that must be.
    public var outputs: [OutputDeclaration] = []
    /// The workflows and own kinds that the step and its compensation call.
    public var calls: [WorkflowCall] = []
    /// Whether the run goes on as if it had succeeded when the step fails.
    public var continueOnError: Bool
    /// How the step is undone.
    public var compensation: Compensation?
    /// What happens to an attempt that a crash interrupted.
    public var onInterrupt: InterruptPolicy
    /// The hash of the step's canonical form: a retry reuses an old result only where it is the same.
    public var hash: DefinitionHash
    /// Where the step stands in its file.
    public var range: SourceRange
}

/// What a step does.
public enum Work: Sendable {
    /// `run:`, a script for a shell or another interpreter.
    case shell(ShellScript)
    /// `uses:`, a kind of step and its parameters (`with:`).
    case kind(KindName, with: TemplateValue)
}

/// The name of a kind of step (`http`, `./kinds/load`).
public struct KindName: Hashable, Sendable, CustomStringConvertible {
    /// The name as written.
    public let description: String

    /// A kind's name as written in `uses:`.
    public init(_ description: String) { self.description = description }
}

/// How a step is undone (a saga's compensation).
public struct Compensation: Sendable {
    /// What undoes the step.
    public var work: Work
    /// The variables of its environment.
    public var environment: [EnvironmentVariable]
    /// The folder to run in, relative to the workspace.
    public var workingDirectory: Template?
    /// When and how often a failed attempt is tried again.
    public var retry: RetryPolicy
    /// How long one attempt may take.
    public var timeout: Duration?
    /// After what it is needed.
    public var when = When.succeeded

    /// After what a step has to be undone.
    public enum When: String, Sendable, CaseIterable {
        /// Only where it has succeeded.
        case succeeded
        /// As soon as it has begun: also where it failed, was cancelled or died half-way.
        case started
    }
}

/// What happens to an attempt that a crash interrupted.
public enum InterruptPolicy: String, Sendable, CaseIterable {
    /// Try again: the step may run twice.
    case retry
    /// The step has failed.
    case fail
    /// A person decides.
    case ask
}

/// When and how often a failed attempt is tried again.
public struct RetryPolicy: Sendable, Hashable {
    /// How the delay grows from attempt to attempt.
    public enum Strategy: String, Sendable, CaseIterable {
        case none, immediate, fixed, linear, exponential
    }

    /// How the delay grows.
    public var strategy: Strategy
    /// How many attempts there may be, the first one included; at least 1.
    public var maxAttempts: Int
    /// The delay before the second attempt.
    public var delay: Duration
    /// What `exponential` multiplies the delay with.
    public var factor: Double
    /// The longest delay.
    public var maxDelay: Duration?
    /// The share of the delay (0…1) by which it varies at random, up or down.
    public var jitter: Double
    /// What is tried again; empty means every failure.
    public var on: [FailureClass]

    /// A policy.
    public init(
        strategy: Strategy, maxAttempts: Int, delay: Duration, factor: Double = 2, maxDelay: Duration? = nil,
        jitter: Double = 0, on: [FailureClass] = []
    ) {
        self.strategy = strategy
        self.maxAttempts = maxAttempts
        self.delay = delay
        self.factor = factor
        self.maxDelay = maxDelay
        self.jitter = jitter
        self.on = on
    }

    /// One attempt, no retry.
    public static let never = RetryPolicy(
        strategy: .none, maxAttempts: 1, delay: .zero, factor: 2, maxDelay: nil, jitter: 0, on: [])
}

/// A class of failures that a retry can name.
public enum FailureClass: Sendable, Hashable {
    case timeout
    /// The step's exit status is one of these.
    case exit([Int])
    case http5xx
    case http429
    case network
    /// The service was not asked, because it had failed too often.
    case circuitOpen
    /// The step used more than its `limits`.
    case limit
}
