public import DocumentTree
public import WorkflowLanguage

/// A kind of step (`uses:`) that runs inside the engine's process.
///
/// A kind is one type in one file, and is known to an engine by the registry that it was made with. `run` is called off
/// the engine's loop, may suspend, and is cancelled as a task when the step times out or the run is cancelled.
public protocol StepKind: Sendable {
    /// The name by which `uses:` refers to it.
    var name: KindName { get }

    /// What a `circuit-breaker` is about: the service that a call with these parameters would ask (a host), by a name that the
    /// runs of all workflows share. Its own name, unless a kind says more.
    func circuit(for parameters: Value) -> String

    /// Does the work of one attempt, and returns what the step hands on.
    /// - Throws: A `StepError` where it fails; any other error fails the attempt with the class `error`.
    func run(_ call: StepCall) async throws -> ValueMapping

    /// Gives up what was kept for further attempts of a run, which nobody here drives any more.
    func release(_ run: RunID)
}

extension StepKind {
    /// Nothing was kept.
    public func release(_ run: RunID) {}

    /// The kind as a whole.
    public func circuit(for parameters: Value) -> String { name.description }
}

/// One call of a kind.
public struct StepCall: Sendable {
    /// The workflow that runs.
    public let workflow: WorkflowName
    /// Which run, step and attempt it is.
    public let run: RunID
    /// The step.
    public let step: StepID
    /// The attempt, from 1.
    public let attempt: Int
    /// The same for all attempts of the step in this run, so that an effect can be made to happen once.
    public let idempotencyKey: String
    /// Names what belongs together across runs and systems.
    public let correlationID: String
    /// `with:`, its expressions evaluated.
    public let parameters: Value
    /// The environment of the step: the caller's, and what is the step's own.
    public let environment: [String: String]
    /// The names of those variables that are the step's own: of `env:`, and what the engine says of the run and the attempt.
    public let ownVariables: Set<String>
    /// The folder that the step works in.
    public let directory: String
    /// What the repository's settings allow.
    public let scope: Scope
    /// What the work may use, where it has a process of its own.
    public let limits: StepLimits
    /// How long its process, where it has one, may take to end after TERM, before KILL.
    public let grace: Duration
    /// Adds text to the step's log.
    public let print: @Sendable (String) -> Void
}

/// The kinds of step that an engine has.
public struct KindRegistry: Sendable {
    private var kinds: [KindName: any StepKind] = [:]
    private var waitingKinds: [KindName: any WaitingKind] = [:]

    /// The kinds that wait: `delay`, `signal` and `approval`.
    public static let waiting: [any WaitingKind] = [DelayKind(), SignalKind(), ApprovalKind()]

    /// A registry of these kinds; of two of one name, the later one counts.
    public init(_ kinds: [any StepKind], waiting: [any WaitingKind] = KindRegistry.waiting) {
        for kind in kinds { self.kinds[kind.name] = kind }
        for kind in waiting { waitingKinds[kind.name] = kind }
    }

    /// The kinds that come with the engine.
    public static let standard = KindRegistry([LogKind(), FailKind(), ChooseKind()])

    /// The registry with further kinds.
    public func adding(_ kinds: [any StepKind]) -> KindRegistry { KindRegistry(Array(self.kinds.values) + kinds) }

    /// The kind of that name; nil where there is none.
    public subscript(name: KindName) -> (any StepKind)? { kinds[name] }

    /// Has all kinds give up what they kept for further attempts of a run.
    func release(_ run: RunID) { for kind in kinds.values { kind.release(run) } }

    /// The kind of that name whose steps wait; nil where there is none.
    public func waiting(_ name: KindName) -> (any WaitingKind)? { waitingKinds[name] }

    /// The names of the kinds whose steps wait.
    var waitingNames: Set<KindName> { Set(waitingKinds.keys) }

    /// The names of all kinds, sorted.
    public var names: [KindName] {
        (Array(kinds.keys) + waitingKinds.keys).sorted { $0.description < $1.description }
    }
}
