internal import DocumentTree
internal import WorkflowEngine

/// Lines that are sealed as a whole. They show the event's id, the subject whose key opens them, and the hash of the line before:
///
///     {"id":"01K…","subject":"5f…","sealed":"<base 64>","previous":"…"}
extension AuditLine {
    /// Kinds of events that are never sealed: other clones must understand them without any key.
    static let open: Set<AuditEventKind> = [.retentionApplied, .subjectForgotten, .foreignWriteSeen]

    /// What a commit's message has in the place of the event.
    static let sealedWord = "sealed"

    /// The sealed line of an event that follows the line of the given hash.
    init(_ event: AuditEvent, after previous: String, sealedWith sealer: SubjectKeys.Sealer) throws {
        let fields: ValueMapping = [
            "id": .string(event.id.description), "subject": .string(sealer.subject),
            "sealed": .string(try sealer.seal(PrintableJSON.text(of: .mapping(event.fields)), as: event.id)),
            "previous": .string(previous),
        ]
        try self.init(sealed: fields)
    }

    /// Whether the line is sealed, seen without reading all of it: the subject follows the id.
    var isSealed: Bool { Self.isSealed(text.utf8) }

    static func isSealed(_ line: some Collection<UInt8>) -> Bool {
        line.dropFirst(34).starts(with: ",\"subject\":\"".utf8)
    }

    /// The subject of a sealed line.
    var subject: SubjectKeys.Subject? { isSealed ? String(text.utf8.dropFirst(46).prefix(32)) : nil }

    /// What a line says, as the JSON of an event: a sealed one's is opened. Nil where the key is not here.
    static func opened(_ line: [UInt8], with keys: SubjectKeys) -> [UInt8]? {
        guard isSealed(line) else { return line }
        var (id, subject, sealed): (String?, String?, String?)
        var cursor = JSONCursor(line)
        do {
            try cursor.forEachKey { cursor, key in
                switch key {
                case "id": id = try cursor.string()
                case "subject": subject = try cursor.string()
                case "sealed": sealed = try cursor.string()
                default: try cursor.skip()
                }
            }
        } catch {
            return nil
        }
        guard let id = id.flatMap({ AuditEventID($0) }), let sealer = subject.flatMap({ keys.sealer(of: $0) }),
            let sealed
        else { return nil }
        return sealer.open(sealed, as: id)
    }
}

extension AuditEvent {
    /// Reads an event back from its line, sealed or not; nil where the key of a sealed one is not here.
    ///
    /// - Throws: `RecordsError.corrupt` where the line, or what was sealed, is no event.
    public init?(_ line: AuditLine, with keys: SubjectKeys) throws {
        guard line.isSealed else {
            try self.init(line)
            return
        }
        guard let text = AuditLine.opened(Array(line.text.utf8), with: keys) else { return nil }
        try self.init(value: Value(json: text, name: "audit.json"))
    }
}
