public import DocumentTree

/// A workflow's definition, checked: what its file says, with every default filled in.
///
/// It is a pure value; `Workflow.parse` makes it from a file's bytes, and only from a file without a fault.
public struct Workflow: Sendable {
    /// The name, which is the file's path.
    public var name: WorkflowName
    /// The `name:` key: a title for people.
    public var title: String?
    /// What the workflow is for.
    public var description: String?
    /// Whether triggers start it and `run` accepts it (`enabled: false` switches it off).
    public var isEnabled: Bool
    /// What starts it.
    public var triggers: [Trigger]
    /// What a caller gives it, in written order.
    public var inputs: [Input]
    /// The environment of every step.
    public var environment: [EnvironmentVariable]
    /// The names of the credentials that it may read.
    public var secrets: [SecretDeclaration]
    /// Which runs exclude each other.
    public var concurrency: Concurrency?
    /// How long a run may take.
    public var timeout: Duration?
    /// Where steps run.
    public var workspace: Workspace
    /// What happens when a critical step has failed.
    public var onFailure: FailurePolicy
    /// The steps, in written order.
    public var steps: [Step]
    /// What the workflow hands to a workflow that calls it, and to its record.
    public var outputs: [(name: String, value: TemplateValue)] = []
    /// Whom it tells of its runs.
    public var notices: [Notice] = []
    /// Where the definition is that of a kind of step: what makes it one.
    public var kind: OwnKind?
    /// The hash of the canonical form: tells an edit of meaning from an edit of layout.
    public var hash: DefinitionHash
}

/// What starts a workflow.
public struct Trigger: Sendable, Hashable {
    /// The kinds of trigger, named as in `on:`.
    public enum Event: String, Sendable, Hashable, CaseIterable {
        case commit, push, event, workflow, schedule, webhook

        /// Those that may be written and that nothing fires yet: a run begins by hand there.
        public static let dormant: Set<Event> = [.schedule, .webhook]
    }

    /// What happens.
    public var event: Event
    /// For `commit` and `push`: globs of branches; empty means every branch.
    public var branches: [String] = []
    /// For `commit` and `push`: globs of changed paths; empty means the workflow's own file.
    public var paths: [String] = []
    /// For `event`: the names of events. For `workflow`: the names of workflows.
    public var names: [String] = []
    /// For `workflow`: the ends that count (`succeeded`, `failed`, `cancelled`, …); empty means every end.
    public var statuses: [String] = []
    /// For `schedule`: a cron line and its time zone.
    public var schedules: [Schedule] = []

    /// A trigger.
    public init(_ event: Event) { self.event = event }

    /// When a schedule fires.
    public struct Schedule: Sendable, Hashable {
        /// Five fields as in crontab(5).
        public var cron: String
        /// A name of the time zone database; nil means UTC.
        public var timeZone: String?

        /// A schedule.
        public init(cron: String, timeZone: String?) {
            self.cron = cron
            self.timeZone = timeZone
        }
    }
}

/// A parameter of a workflow.
public struct Input: Sendable, Hashable {
    /// The types of an input.
    public enum Kind: String, Sendable, CaseIterable {
        case string, number, integer, boolean, choice, object, array
    }

    /// The name, as in `inputs.NAME`.
    public var name: String
    /// The type.
    public var kind: Kind
    /// What it is for.
    public var description: String?
    /// Whether a caller must give it.
    public var isRequired: Bool
    /// The value where a caller gives none.
    public var defaultValue: Value?
    /// A regular expression that a string must match.
    public var pattern: String?
    /// For `choice`: the values to choose from.
    public var options: [String]
}

/// A variable of a step's environment.
public struct EnvironmentVariable: Sendable {
    /// The name.
    public var name: String
    /// The value.
    public var value: Template
}

/// A credential that the workflow may read.
public struct SecretDeclaration: Sendable, Hashable {
    /// The name, as in `secrets.NAME`.
    public var name: String
    /// Who gives its value.
    public var provider: Provider

    /// Who can give the value of a secret.
    public enum Provider: Sendable, Hashable {
        /// The environment variable of the secret's name where there is one, else the repository's store.
        case any
        /// The repository's encrypted store, under this name.
        case store(String)
        /// An environment variable.
        case environment(String)
        /// An entry of a `.env` file, whose path is relative to the user's tree.
        case file(String, key: String)
        /// What a command of the shell prints, run in the user's tree.
        case command(String)
    }

    /// A declaration.
    public init(name: String, provider: Provider = .any) {
        self.name = name
        self.provider = provider
    }
}

/// Which runs exclude each other.
public struct Concurrency: Sendable {
    /// What happens to a run whose group is full.
    public enum Policy: String, Sendable, CaseIterable {
        case queue
        case skip
        case cancelRunning = "cancel-running"
    }

    /// The name of the group: runs of one group exclude each other.
    public var group: Template
    /// How many runs of the group may be under way at once; at least 1.
    public var limit: Int
    /// What happens to a run whose group is full.
    public var policy: Policy
}

/// Where steps run.
public enum Workspace: String, Sendable, CaseIterable {
    /// A private checkout of exactly the commit that runs.
    case checkout
    /// An empty folder.
    case none
    /// The user's own work tree.
    case worktree
}

/// What happens when a critical step has failed.
public enum FailurePolicy: String, Sendable, CaseIterable {
    /// Undo the finished steps that have a compensation, last first.
    case compensate
    /// Start no further step.
    case stop
    /// Go on with the steps that do not need the failed one.
    case `continue`
}
