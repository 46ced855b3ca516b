public import Logging
public import WorkflowLanguage

/// What an engine needs from its surroundings, so that it reads neither environment nor home folder by itself.
public struct EngineConfiguration: Sendable {
    /// The folder of wfrepo's own files: `wfrepo` in the common git folder.
    public var folder: String
    /// The path of the git folder whose commits run; nil where no run needs a checkout.
    public var repository: String?
    /// The name of this host, for leases and records.
    public var host: String
    /// How many steps of a run may be under way at once.
    public var parallelism: Int
    /// How many steps run at once while they are short (20 ms), where that is more: those wait for the journal as long as they
    /// compute.
    public var burst = 0
    /// The same where the latest run shows that all steps are short: else many large ones could begin at once behind short ones.
    public var knownBurst = 0
    /// The kinds of step.
    public var kinds: KindRegistry
    /// How safely the journal is written.
    public var durability: Settings.Durability
    /// How much output is kept.
    public var limits: LogLimits
    /// How long processes may take to end after TERM, before KILL.
    public var grace: Duration
    /// How long the output of processes that outlive their step's script is awaited, before they are ended.
    public var linger: Duration
    /// How long a run that waits for a signal or people is worth a process that waits with it.
    public var patience: Duration
    /// Whether a process stays with a run that waits for a time, however long that is: where somebody watches it.
    public var staysForTimes = true
    /// How often a run looks whether somebody wants something of it.
    public var controlInterval: Duration
    /// The time.
    public var clock: any EngineClock
    /// Random numbers of 0..<1, for the jitter of retries.
    public var random: @Sendable () -> Double
    /// Where diagnostics go.
    public var logger: Logger

    /// A configuration with the usual limits: as many steps at once as are given, 10 s between TERM and KILL.
    public init(
        folder: String, repository: String?, host: String, parallelism: Int, kinds: KindRegistry = .standard,
        clock: any EngineClock = SystemClock(),
        logger: Logger = Logger(label: "wfrepo.engine", factory: { _ in SwiftLogNoOpLogHandler() })
    ) {
        self.folder = folder
        self.repository = repository
        self.host = host
        self.parallelism = parallelism
        self.kinds = kinds
        durability = .full
        limits = LogLimits()
        grace = .seconds(10)
        linger = .milliseconds(200)
        patience = .seconds(60)
        controlInterval = .seconds(1)
        self.clock = clock
        random = { Double.random(in: 0..<1) }
        self.logger = logger
    }

    /// The path of the journal.
    public var statePath: String { "\(folder)/state.sqlite" }

    /// The folder of a run's logs.
    public func logFolder(_ run: RunID) -> String { "\(folder)/logs/\(run)" }

    /// The folder of a run's short-lived files: scripts, files of outputs.
    func scratchFolder(_ run: RunID) -> String { "\(scratchFolder)/\(run)" }

    /// The folder of the short-lived files of all runs.
    var scratchFolder: String { "\(folder)/tmp" }

    /// The folder of pooled checkouts.
    var workFolder: String { "\(folder)/work" }
}
