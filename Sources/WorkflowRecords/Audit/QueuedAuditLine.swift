internal import Crypto
internal import DocumentTree
internal import GitStore

/// A line of the audit's queue: the event's JSON, the commit that it concerns, and a sum over all that stands before it.
///
///     {"id":"01K…",…,"concerns":"5f…","sum":"0123456789abcdef"}
///
/// The sum tells a line that was changed since it was taken from one that a crash tore, of which nobody was told that it is safe.
enum QueuedAuditLine {
    /// What a line turned out to be.
    enum Reading {
        /// An event. Lines of earlier versions have no sum and are taken as they are.
        case event(AuditLog.Entry)
        /// The beginning of a line, whose writer died.
        case torn
        /// Something else than what was written.
        case damaged
    }

    private static let start = "{\"id\":\""
    /// Behind the id.
    static let idEnd = start.utf8.count + 26
    private static let mark = Array(",\"sum\":\"".utf8)
    private static let sumDigits = 16
    /// Bytes from the mark to the end of the line.
    private static let tail = mark.count + sumDigits + 2

    static func text(of entry: AuditLog.Entry) throws -> String {
        var fields = entry.event.fields
        fields["concerns"] = entry.commit.map { .string($0.description) }
        let text = try PrintableJSON.text(of: .mapping(fields))
        return "\(text.dropLast()),\"sum\":\"\(sum(Array(text.utf8)))\"}"
    }

    static func reading(_ line: some Collection<UInt8>) -> Reading {
        let line = Array(line)
        guard line.count > tail, line[(line.count - tail)...].starts(with: mark) else {
            if let entry = entry(line) { return .event(entry) }
            return endsAsWritten(line) ? .damaged : .torn
        }
        let body = line.dropLast(tail) + [UInt8(ascii: "}")]
        let said = line.dropLast(2).suffix(sumDigits)
        guard line.suffix(2).elementsEqual("\"}".utf8), said.elementsEqual(sum(Array(body)).utf8),
            let entry = entry(Array(body))
        else { return .damaged }
        return .event(entry)
    }

    static func id(in text: String) -> AuditEventID? {
        text.hasPrefix(start) ? AuditEventID(String(text.dropFirst(start.count))) : nil
    }

    private static func entry(_ json: [UInt8]) -> AuditLog.Entry? {
        guard let value = try? Value(json: json, name: "audit.queue"),
            let event = try? AuditEvent(value: value)
        else { return nil }
        return AuditLog.Entry(event, on: value["concerns"]?.string.flatMap { CommitID($0) })
    }

    /// Whether the writer of a line came to its end, although one of its last bytes is another now.
    private static func endsAsWritten(_ line: [UInt8]) -> Bool {
        let digits = line.dropLast(2).suffix(sumDigits)
        return line.suffix(2).elementsEqual("\"}".utf8) && digits.count == sumDigits
            && digits.allSatisfy { "0123456789abcdef".utf8.contains($0) }
            || line.suffix(tail + 1).starts(with: mark)
    }

    private static func sum(_ json: [UInt8]) -> String {
        String(SHA256.hash(data: json).hexadecimal.prefix(sumDigits))
    }
}
