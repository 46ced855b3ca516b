/// The settings of a repository: `wfrepo.yaml` at the top of its tree.
///
/// They are read from the tip of the branch, whichever version runs: a rule that was made today holds for the versions of
/// yesterday, too.
public struct Settings: Sendable, Hashable {
    /// How safely the journal is written.
    public enum Durability: String, Sendable, CaseIterable {
        /// Every transition is on disk before it is acted upon.
        case full
        /// A loss of power may take the last transitions back; a crash of a program takes none.
        case normal
    }

    /// What workflows may use.
    public var allowing: AllowLists
    /// How safely the journal is written.
    public var durability: Durability
    /// What a step may use at most.
    public var limits: StepLimits
    /// How long the records of runs are kept; nil means for ever.
    public var runAge: Duration?
    /// How long audit events are kept; nil means for ever.
    public var auditAge: Duration?
    /// How long logs of runs are kept; nil means ``standardLogAge``.
    public var logAge: Duration?
    /// How many bytes the logs of all runs may take; nil means ``standardLogSize``.
    public var logSize: Int?
    /// How long kept results of steps stay that are of no use; nil means ``standardCacheAge``.
    public var cacheAge: Duration?
    /// How many bytes kept results may take; nil means ``standardCacheSize``.
    public var cacheSize: Int?
    /// Which backups are kept; nil means all, until somebody prunes them.
    public var backups: BackupKeeping?
    /// Whether new lines of the audit are sealed.
    public var encryptsAudit: Bool

    /// Settings.
    public init(
        allowing: AllowLists = .everything, durability: Durability = .full, limits: StepLimits = .none,
        runAge: Duration? = nil, auditAge: Duration? = nil, logAge: Duration? = nil, logSize: Int? = nil,
        cacheAge: Duration? = nil, cacheSize: Int? = nil, backups: BackupKeeping? = nil,
        encryptsAudit: Bool = false
    ) {
        self.allowing = allowing
        self.durability = durability
        self.limits = limits
        self.runAge = runAge
        self.auditAge = auditAge
        self.logAge = logAge
        self.logSize = logSize
        self.cacheAge = cacheAge
        self.cacheSize = cacheSize
        self.backups = backups
        self.encryptsAudit = encryptsAudit
    }

    /// The settings of a repository that has no such file.
    public static let standard = Settings()
    /// How long logs are kept where nothing is said: 90 days.
    public static let standardLogAge = Duration.seconds(90 * 24 * 60 * 60)
    /// How many bytes of logs are kept where nothing is said: 4 GiB.
    public static let standardLogSize = 4 << 30

    /// How long kept results of steps stay that are of no use, where nothing is said: 30 days.
    public static let standardCacheAge = Duration.seconds(30 * 24 * 60 * 60)
    /// How many bytes kept results may take where nothing is said: 4 GiB.
    public static let standardCacheSize = 4 << 30

    /// Where the settings lie in a tree.
    public static let path = "wfrepo.yaml"

    /// What the workflow of that name may use.
    public func scope(of name: WorkflowName) -> Scope {
        let kinds = allowing.kinds.allowed(in: name.namespace)
        return Scope(
            kinds: kinds.map { $0.map(KindName.init) },
            programs: allowing.programs.allowed(in: name.namespace),
            hosts: allowing.hosts.allowed(in: name.namespace)?.map(HostPattern.init), limits: limits)
    }
}
