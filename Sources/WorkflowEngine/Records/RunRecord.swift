public import DocumentTree
public import GitStore
public import WorkflowLanguage

/// What is known of a run: while it goes on, what has happened so far; afterwards, its record for good.
///
/// Written as one JSON document of the schema `wfrepo.run/1` (`RunRecord.value`). It holds nothing secret: values of
/// secrets are masked before they get here.
public struct RunRecord: Hashable, Sendable {
    /// The name and version of the document's form.
    public static let schema = "wfrepo.run/1"

    /// Which run it is.
    public var run: RunID
    /// What ran.
    public var definition: PinnedDefinition
    /// Where the run stands.
    public var status: RunStatus
    /// What started the run.
    public var trigger: RunTrigger
    /// On whose behalf it goes.
    public var actor: Actor
    /// The values that the run was given, defaults filled in, secrets masked.
    public var inputs: ValueMapping
    /// When it was submitted.
    public var queued: Timestamp
    /// When its first runner took it up; nil before.
    public var started: Timestamp?
    /// When it was over; nil before.
    public var ended: Timestamp?
    /// Names everything that belongs together across runs and systems; the run's own id where the caller gave none.
    public var correlationID: String
    /// The host that drove the run last.
    public var host: String
    /// Where the steps ran.
    public var workspace: Workspace
    /// The steps in written order, those that never started included.
    public var steps: [StepRecord]
    /// Why the run failed.
    public var error: RunFailure?
    /// What the run hands on (`outputs:`), secrets masked; empty before its end.
    public var outputs = ValueMapping()
    /// The run that this one tries again.
    public var retryOf: RunID?
    /// The steps of which it takes over what was done of them in that run: finished items, and finished steps of runs that they
    /// called.
    public var partlyRetried: [StepID] = []
    /// Whether its steps may take results from the cache.
    public var usesCache = true

    /// A record.
    public init(
        run: RunID, definition: PinnedDefinition, status: RunStatus, trigger: RunTrigger, actor: Actor,
        inputs: ValueMapping, queued: Timestamp, started: Timestamp?, ended: Timestamp?, correlationID: String,
        host: String, workspace: Workspace, steps: [StepRecord], error: RunFailure?
    ) {
        self.run = run
        self.definition = definition
        self.status = status
        self.trigger = trigger
        self.actor = actor
        self.inputs = inputs
        self.queued = queued
        self.started = started
        self.ended = ended
        self.correlationID = correlationID
        self.host = host
        self.workspace = workspace
        self.steps = steps
        self.error = error
    }

    /// The steps that should have been undone and could not be: what is left to do by hand.
    public var notUndone: [StepRecord] { steps.filter { $0.compensation?.status == .failed } }

    /// How long the run took; nil before its end.
    public var duration: Duration? {
        guard let started, let ended else { return nil }
        return ended.since(started)
    }
}

/// Exactly what a run executes: a definition, and the commit whose tree its steps see.
public struct PinnedDefinition: Hashable, Sendable {
    /// The name of the workflow.
    public var workflow: WorkflowName
    /// The workflow's title, where it has one.
    public var title: String?
    /// The version's number; nil where it has none (uncommitted, not on the branch, unknown in a shallow clone).
    public var version: Int?
    /// The commit that runs.
    public var commit: CommitID
    /// The tree that runs: the commit's, with the definition's blob replaced where it is uncommitted.
    public var tree: TreeID
    /// The branch that the commit was resolved on; nil where HEAD is detached.
    public var branch: String?
    /// The definition's path in the tree.
    public var path: String
    /// The definition's blob.
    public var blob: BlobID
    /// Whether the definition was run from the work tree, and is not what the commit has.
    public var isUncommitted: Bool
    /// The hash of the definition's canonical form.
    public var hash: DefinitionHash

    /// A definition.
    public init(
        workflow: WorkflowName, title: String? = nil, version: Int?, commit: CommitID, tree: TreeID,
        branch: String? = nil, path: String, blob: BlobID, isUncommitted: Bool = false, hash: DefinitionHash
    ) {
        self.workflow = workflow
        self.title = title
        self.version = version
        self.commit = commit
        self.tree = tree
        self.branch = branch
        self.path = path
        self.blob = blob
        self.isUncommitted = isUncommitted
        self.hash = hash
    }
}

/// What started a run.
public struct RunTrigger: Hashable, Sendable {
    /// The event: `manual`, or as in the workflow's `on:` (`commit`, `push`, `event`, `workflow`, …).
    public var event: String
    /// Where it came from, for people: a command, a hook, an address.
    public var source: String?
    /// The run that caused this one.
    public var run: RunID?
    /// What came with it: the data of an event, how the run ended that it follows.
    public var data = ValueMapping()

    /// A trigger.
    public init(event: String, source: String? = nil, run: RunID? = nil, data: ValueMapping = ValueMapping()) {
        self.event = event
        self.source = source
        self.run = run
        self.data = data
    }
}

/// The person on whose behalf a run goes, by their git identity.
public struct Actor: Hashable, Sendable {
    /// The person's name.
    public var name: String
    /// The person's address.
    public var email: String

    /// A person.
    public init(name: String, email: String) {
        self.name = name
        self.email = email
    }
}

/// Why a run failed.
public struct RunFailure: Hashable, Sendable {
    /// The step that failed first; nil where it was the run itself (its timeout, its workspace).
    public var step: StepID?
    /// What went wrong.
    public var error: StepError

    /// A failure.
    public init(step: StepID?, error: StepError) {
        self.step = step
        self.error = error
    }
}
