/// What the index keeps of an audit line.
struct IndexedEvent: Sendable {
    var id = ""
    var time: Int?
    var kind = ""
    var workflow: String?
    var version: Int?
    var run: String?
    var name = ""
    var email = ""
    var origin = ""
    /// What people wrote: reasons, notes.
    var words: [String] = []
    /// What a list shows of the details. Nil where it reads the line itself: what was sealed stands nowhere in clear for a list
    /// alone, and a line that lacks what an event must have is not listed.
    private(set) var remark: String?

    /// Of the details that ``AuditEvent/telling`` names, the first.
    private var telling: (rank: Int, text: String)?
    private var hasSourceKind = false

    /// nil where the line has not the form of one.
    init?(in text: [UInt8], _ line: Range<Int>, isSealed: Bool) {
        var cursor = JSONCursor(text, in: line)
        do {
            try cursor.forEachKey { cursor, key in try read(key, &cursor) }
        } catch {
            return nil
        }
        guard id.utf8.count == 26, !kind.isEmpty else { return nil }
        let isWhole = time != nil && hasSourceKind && ![name, email, origin].contains("")
        if isWhole, !isSealed { remark = AuditEvent.remark(telling?.text) }
    }

    /// Details in which people write.
    private static let written = ["reason", "text", "why", "first"]

    private mutating func read(_ key: String, _ cursor: inout JSONCursor) throws {
        switch key {
        case "id": id = try cursor.string() ?? ""
        case "time": time = try cursor.string().flatMap(IndexedRun.milliseconds)
        case "event": kind = try cursor.string() ?? ""
        case "workflow": workflow = try cursor.string()
        case "version": version = try cursor.integer()
        case "run": run = try cursor.string()
        case "actor":
            try cursor.forEachKey { cursor, key in
                switch key {
                case "name": name = try cursor.string() ?? ""
                case "email": email = try cursor.string() ?? ""
                default: try cursor.skip()
                }
            }
        case "source":
            try cursor.forEachKey { cursor, key in
                switch key {
                case "kind": hasSourceKind = try cursor.textIfAny().flatMap(AuditSource.Kind.init) != nil
                case "name": origin = try cursor.string() ?? ""
                default: try cursor.skip()
                }
            }
        case "details":
            try cursor.forEachKey { cursor, key in
                let rank = AuditEvent.telling.firstIndex(of: key)
                let isWritten = Self.written.contains(key)
                guard rank != nil || isWritten else { return try cursor.skip() }
                guard let text = try isWritten ? cursor.string() : cursor.textIfAny() else { return }
                if isWritten { words.append(text) }
                if let rank, rank < telling?.rank ?? .max { telling = (rank, text) }
            }
        default: try cursor.skip()
        }
    }
}
