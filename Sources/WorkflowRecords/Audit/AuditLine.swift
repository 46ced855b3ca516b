internal import Crypto
public import DocumentTree
internal import Glibc
internal import WorkflowEngine
internal import WorkflowLanguage

/// An audit event as it is kept: one line of JSON that ends with the hash of the line before it, so that no line can be
/// changed, removed or put in unseen.
public struct AuditLine: Hashable, Sendable {
    /// The line without its line break.
    public let text: String

    /// The hash that the first line of all names: there is none before it.
    public static let start = String(repeating: "0", count: 64)

    /// The line of an event that follows the line of the given hash.
    ///
    /// - Throws: `DocumentError` where the details hold what JSON can't write.
    init(_ event: AuditEvent, after previous: String) throws {
        var fields = event.fields
        fields["previous"] = .string(previous)
        text = try PrintableJSON.text(of: .mapping(fields))
    }

    /// The line of these fields, a sealed one's.
    init(sealed fields: ValueMapping) throws { text = try PrintableJSON.text(of: .mapping(fields)) }

    /// A stored line; nil where it has not the form of one. Its place in the chain is not checked.
    init?(text: some StringProtocol) {
        guard text.hasPrefix("{\"id\":\""), text.hasSuffix("\"}") else { return nil }
        self.text = String(text)
    }

    /// The line of an event in a note, found by its first bytes; nil where the note has none.
    static func text(of id: String, in note: [UInt8]) -> String? {
        let beginning = Array("{\"id\":\"\(id)\"".utf8)
        var start = 0
        while start < note.count {
            let line = note[start..<endOfLine(in: note, from: start)]
            if line.starts(with: beginning) { return String(decoding: line, as: UTF8.self) }
            start = line.endIndex + 1
        }
        return nil
    }

    private static func endOfLine(in note: [UInt8], from start: Int) -> Int {
        note.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, let found = memchr(base + start, 0x0A, bytes.count - start) else {
                return bytes.count
            }
            return UnsafeRawPointer(found) - base
        }
    }

    /// The id of a line, without reading all of it; nil where it begins with none.
    static func id(in line: ArraySlice<UInt8>) -> String? {
        let digits = line.dropFirst("{\"id\":\"".count).prefix(26)
        return digits.count == 26 ? String(decoding: digits, as: UTF8.self) : nil
    }

    /// The line's own hash: SHA-256 of its bytes in UTF-8, without the line break; 64 lower-case hexadecimal digits.
    public var hash: String {
        SHA256.hash(data: Array(text.utf8)).hexadecimal
    }

    /// The id of the event, as the line says it, without reading all of it.
    var idText: Substring { text.dropFirst("{\"id\":\"".count).prefix(while: { $0 != "\"" }) }

    /// The line's content.
    ///
    /// - Throws: `DocumentError` where it is no JSON.
    public func value() throws -> Value {
        try Value(json: text, name: "audit.json")
    }

    /// The hash of the line before, as the line says it; nil where it says none.
    public func previous() throws -> String? { try value()["previous"]?.string }
}

extension AuditEvent {
    /// The event as its line has it, but for the hash of the line before.
    var fields: ValueMapping {
        var fields: ValueMapping = [
            "id": .string(id.description), "time": .string(time.description), "event": .string(kind.rawValue),
        ]
        fields["workflow"] = workflow.map { .string($0.description) }
        fields["version"] = version.map { .integer($0) }
        fields["run"] = run.map { .string($0.description) }
        fields["actor"] = ["name": .string(actor.name), "email": .string(actor.email)]
        fields["correlation_id"] = correlationID.map { .string($0) }
        var origin: ValueMapping = ["kind": .string(source.kind.rawValue), "name": .string(source.name)]
        origin["address"] = source.address.map { .string($0) }
        origin["user_agent"] = source.userAgent.map { .string($0) }
        fields["source"] = .mapping(origin)
        if !details.isEmpty { fields["details"] = .mapping(details) }
        return fields
    }

    /// Reads an event back from its line. Keys that it does not know are left aside.
    ///
    /// - Throws: `RecordsError.corrupt`, naming the key that is missing or of another form.
    public init(_ line: AuditLine) throws { try self.init(value: line.value()) }

    /// Reads an event from what its line says.
    init(value: Value) throws {
        func required<Field>(_ key: String, _ field: Field?) throws -> Field {
            guard let field else {
                throw RecordsError(
                    .corrupt, "read audit event", PrintableText.escape(value["id"]?.string ?? "without an id"),
                    "\"\(key)\" is missing or has another form")
            }
            return field
        }
        let source = value["source"]
        let actor = value["actor"]
        self.init(
            id: try required("id", value["id"]?.string.flatMap(AuditEventID.init)),
            time: try required("time", value["time"]?.string.flatMap(Timestamp.init)),
            kind: try required("event", value["event"]?.string.flatMap(AuditEventKind.init)),
            workflow: value["workflow"]?.string.flatMap { WorkflowName($0) }, version: value["version"]?.integer,
            run: value["run"]?.string.flatMap { RunID($0) },
            actor: Actor(
                name: try required("actor.name", actor?["name"]?.string),
                email: try required("actor.email", actor?["email"]?.string)),
            correlationID: value["correlation_id"]?.string,
            source: AuditSource(
                try required("source.kind", source?["kind"]?.string.flatMap(AuditSource.Kind.init)),
                try required("source.name", source?["name"]?.string), address: source?["address"]?.string,
                userAgent: source?["user_agent"]?.string),
            details: value["details"]?.mapping ?? [:])
    }
}

extension AuditEvent {
    /// The event as its line will have it, without the hash of a line before it: it waits to be put into git.
    public var waitingFields: ValueMapping { fields }
}
