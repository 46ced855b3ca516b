internal import DocumentTree
public import WorkflowEngine

extension AuditEvent {
    /// The event that somebody else wrote a reference of ours, as a recorder or the audit log found.
    public init(_ write: ForeignWrite, id: AuditEventID, time: Timestamp, actor: Actor, source: AuditSource) {
        self.init(
            id: id, time: time, kind: .foreignWriteSeen, actor: actor, source: source,
            details: [
                "reference": .string(write.segment.reference),
                "kind": .string(write.kind.rawValue),
                "written": .string(write.written),
                "found": write.found.map { .string($0) } ?? .null,
                "restored": .integer(write.restored),
                "recovered": .bool(write.isRecovered),
            ])
    }
}
