/// What one workflow may use, by the settings of its repository.
public struct Scope: Sendable, Hashable {
    /// The kinds of step besides `run:`; nil where all are allowed.
    public var kinds: [KindName]?
    /// The programs that it may start directly; nil where all are allowed.
    public var programs: [String]?
    /// The hosts that its kinds of step may connect to; nil where all are allowed.
    public var hosts: [HostPattern]?
    /// What each of its steps may use at most.
    public var limits: StepLimits

    /// A scope.
    public init(
        kinds: [KindName]? = nil, programs: [String]? = nil, hosts: [HostPattern]? = nil, limits: StepLimits = .none
    ) {
        self.kinds = kinds
        self.programs = programs
        self.hosts = hosts
        self.limits = limits
    }

    /// Everything is allowed.
    public static let unrestricted = Scope()

    /// The kinds of a catalog that may be used.
    public func catalog(_ catalog: KindCatalog = .standard) -> KindCatalog {
        kinds.map(catalog.restricted(to:)) ?? catalog
    }

    /// Whether steps of the kind may be used.
    public func allows(kind: KindName) -> Bool { kinds?.contains(kind) ?? true }

    /// Whether the program may be started directly. A name is looked up in `PATH`; a path is that file and no other.
    public func allows(program: String) -> Bool { programs?.contains(program) ?? true }

    /// Whether a kind of step may connect to the host.
    public func allows(host: String) -> Bool { hosts?.contains { $0.matches(host) } ?? true }
}
