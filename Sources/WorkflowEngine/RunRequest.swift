public import DocumentTree
public import WorkflowLanguage

/// A run that somebody wants.
public struct RunRequest: Sendable {
    /// The definition, parsed.
    public var workflow: Workflow
    /// Which definition it is, and of which commit.
    public var definition: PinnedDefinition
    /// The definition's bytes, so that whoever resumes the run parses exactly what ran.
    public var source: [UInt8]
    /// The values of the workflow's inputs, defaults filled in.
    public var inputs: ValueMapping
    /// What started it.
    public var trigger: RunTrigger
    /// On whose behalf it goes.
    public var actor: Actor
    /// Names everything that belongs together across runs and systems; nil means the run's own id.
    public var correlationID: String?
    /// Whether its steps may take results from the cache. What they make is kept in either case.
    public var usesCache = true

    /// A request.
    public init(
        workflow: Workflow, definition: PinnedDefinition, source: [UInt8], inputs: ValueMapping = ValueMapping(),
        trigger: RunTrigger = RunTrigger(event: "manual"), actor: Actor, correlationID: String? = nil
    ) {
        self.workflow = workflow
        self.definition = definition
        self.source = source
        self.inputs = inputs
        self.trigger = trigger
        self.actor = actor
        self.correlationID = correlationID
    }
}

/// What the process that drives a run hands to its steps. None of it is written down.
public struct RunEnvironment: Sendable {
    /// The environment of every step; `GIT_*` is left out of it.
    public var variables: [String: String]
    /// The values of secrets, by name.
    public var secrets: [String: String]
    /// The user's work tree, as `WFREPO_ROOT`; steps of `workspace: worktree` run there.
    public var root: String
    /// What the repository's settings allow and bound.
    public var settings: Settings
    /// The workflows that its steps may call, and those that these may call, by name.
    public var calls: [WorkflowName: CalledWorkflow] = [:]
    /// How long the run may take before it counts as slow, and what is done then, once.
    public var slowness: (after: Duration, tell: @Sendable () -> Void)?
    /// Values that are masked beside those of its own secrets: a run that is called may be given its caller's.
    var hidden: [String] = []
    /// The inputs of a run that is called, which may hold secrets that its record masks; nil means those of the record.
    var inputs: ValueMapping?

    /// What is taken out of whatever is written down.
    var mask: SecretMask { SecretMask(secrets: Array(secrets.values) + hidden) }

    /// An environment.
    public init(
        variables: [String: String], secrets: [String: String] = [:], root: String, settings: Settings = .standard
    ) {
        self.variables = variables
        self.secrets = secrets
        self.root = root
        self.settings = settings
    }
}
