internal import GRDB
public import WorkflowEngine
public import WorkflowLanguage

/// An audit event as a list shows it: what the index has, so that no line is read.
public struct ListedEvent: Hashable, Sendable {
    /// The event's id.
    public let id: AuditEventID
    /// When it happened.
    public let time: Timestamp
    /// What happened.
    public let kind: AuditEventKind
    /// The workflow it happened to.
    public let workflow: WorkflowName?
    /// The workflow's version.
    public let version: Int?
    /// The name of who did it.
    public let actor: String
    /// The command, the hook's name or the request.
    public let source: String
    /// The detail that says most, cut to what fits into a line.
    public let remark: String
    /// Whether the event waits to be put into git.
    public let isWaiting: Bool

    /// What a list shows of an event.
    public init(_ stored: StoredEvent) {
        let event = stored.event
        id = event.id
        time = event.time
        kind = event.kind
        workflow = event.workflow
        version = event.version
        actor = event.actor.name
        source = event.source.name
        remark = event.remark
        isWaiting = stored.isWaiting
    }

    /// nil where the line itself has to be read.
    init?(_ row: Row) throws {
        guard let remark: String = try row.decode(forColumn: "remark"),
            let time: Int = try row.decode(forColumn: "time"), let id = try AuditEventID(row.decode(forColumn: "id")),
            let kind = try AuditEventKind(rawValue: row.decode(forColumn: "event"))
        else { return nil }
        self.id = id
        self.time = Timestamp(milliseconds: time)
        self.kind = kind
        workflow = try (row.decode(forColumn: "workflow") as String?).flatMap { WorkflowName($0) }
        version = try row.decode(forColumn: "version")
        actor = try row.decode(forColumn: "name")
        source = try row.decode(forColumn: "origin")
        self.remark = remark
        isWaiting = false
    }
}
