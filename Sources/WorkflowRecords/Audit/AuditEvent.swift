public import DocumentTree
public import WorkflowEngine
public import WorkflowLanguage

/// Something that an auditor asks for: who did what, when, to which workflow or run, from where.
///
/// It holds no secret and, but for the actor's git identity, no personal data.
public struct AuditEvent: Hashable, Sendable {
    /// The event's own id: time-ordered, so that lines sort by it.
    public var id: AuditEventID
    /// When it happened.
    public var time: Timestamp
    /// What happened.
    public var kind: AuditEventKind
    /// The workflow it happened to.
    public var workflow: WorkflowName?
    /// The workflow's version.
    public var version: Int?
    /// The run it happened to.
    public var run: RunID?
    /// Who did it.
    public var actor: Actor
    /// Names everything that belongs together across runs and systems.
    public var correlationID: String?
    /// Where it came from.
    public var source: AuditSource
    /// What else there is to say, by name.
    public var details: ValueMapping

    /// An event.
    public init(
        id: AuditEventID, time: Timestamp, kind: AuditEventKind, workflow: WorkflowName? = nil, version: Int? = nil,
        run: RunID? = nil, actor: Actor, correlationID: String? = nil, source: AuditSource, details: ValueMapping = [:]
    ) {
        self.id = id
        self.time = time
        self.kind = kind
        self.workflow = workflow
        self.version = version
        self.run = run
        self.actor = actor
        self.correlationID = correlationID
        self.source = source
        self.details = details
    }
}

/// The identifier of an audit event: a ULID, as a run's is.
public struct AuditEventID: Hashable, Comparable, Sendable, LosslessStringConvertible {
    /// 26 digits of Crockford's base 32.
    public let description: String

    /// Parses a ULID; nil for anything else.
    public init?(_ text: String) {
        guard let ulid = RunID(text) else { return nil }
        description = ulid.description
    }

    /// The next identifier of a source that also names runs.
    public init(from source: RunIDSource) { description = source.next().description }

    /// By time, then by randomness.
    public static func < (left: AuditEventID, right: AuditEventID) -> Bool { left.description < right.description }
}

/// Where an event came from.
public struct AuditSource: Hashable, Sendable {
    /// The ways to reach wfrepo.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// A command on the command line.
        case commandLine = "command-line"
        /// A git hook.
        case hook
        /// The HTTP interface.
        case api
        /// wfrepo itself: a recorder, a schedule, a retention.
        case system
    }

    /// The way.
    public var kind: Kind
    /// The command, the hook's name or the request.
    public var name: String
    /// The caller's network address.
    public var address: String?
    /// What the caller's program calls itself.
    public var userAgent: String?

    /// A source.
    public init(_ kind: Kind, _ name: String, address: String? = nil, userAgent: String? = nil) {
        self.kind = kind
        self.name = name
        self.address = address
        self.userAgent = userAgent
    }
}
