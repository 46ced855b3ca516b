internal import Crypto
public import DocumentTree
public import GitStore
public import WorkflowEngine
internal import WorkflowHistory

/// Audit events as files for an auditor: the lines, and a manifest with which they can be checked without the repository.
///
/// The lines of each segment follow each other in the order of the chain, none left out in between: so the chain itself can be
/// checked in the file. A span begins with the first line of that time and ends with the last.
public struct AuditExport {
    /// The form of the lines.
    public enum Format: String, Hashable, Sendable, CaseIterable {
        /// A line of JSON an event, exactly as it is in git.
        case jsonl
        /// A table (RFC 4180) with the hash of each line. What sealed lines say is shown where the key is here.
        case csv
    }

    /// What a signature of a manifest is made for: `ssh-keygen -Y verify -n wfrepo-audit-export`.
    public static let signatureNamespace = "wfrepo-audit-export"

    /// What the manifest's form is called.
    public static let schema = "wfrepo.audit-export/1"

    /// Only from then on.
    public var since: Timestamp?
    /// Only before that.
    public var before: Timestamp?
    /// The form.
    public var format: Format

    /// An export.
    public init(format: Format, since: Timestamp? = nil, before: Timestamp? = nil) {
        self.format = format
        self.since = since
        self.before = before
    }

    /// Gives the file's text to `write`, piece by piece, and makes the manifest.
    ///
    /// - Parameters:
    ///   - name: the file's name, for the manifest.
    ///   - made: when.
    ///   - actor: by whom.
    ///   - isSigned: whether the manifest will be signed: then it says so, and nobody can take the signature away unseen.
    public func run(
        _ repository: Repository, name: String, made: Timestamp, by actor: Actor, isSigned: Bool = false,
        write: ([UInt8]) throws -> Void
    ) throws -> Value {
        var digest = SHA256()
        var (bytes, events) = (0, 0)
        func put(_ text: String) throws {
            let chunk = Array(text.utf8)
            digest.update(data: chunk)
            bytes += chunk.count
            try write(chunk)
        }
        let keys = try SubjectKeys(of: repository)
        if format == .csv { try put(Self.csv(Self.columns)) }
        var segments: [Value] = []
        for (segment, tip) in try AuditReader.segments(in: repository) {
            var chain = ExportedChain()
            var held: [String] = []
            try AuditReader.forEachLine(of: segment, at: tip, in: repository) { line in
                let time =
                    try line.value()["time"]?.string.flatMap(Timestamp.init)
                    ?? AuditEventID(String(line.idText))?.time
                if chain.count == 0, held.isEmpty, let since, let time, time < since { return true }
                // Lines behind the end of the span belong to it only if a later one does.
                held.append(line.text)
                guard let before, let time, time >= before else {
                    for text in held {
                        guard let line = AuditLine(text: text) else { continue }
                        try chain.add(line)
                        try put(try self.text(of: line, openedWith: keys))
                    }
                    events += held.count
                    held = []
                    return true
                }
                return true
            }
            if chain.count > 0 { segments.append(try chain.value(of: segment, at: tip, in: repository)) }
        }
        return .mapping([
            "schema": .string(Self.schema), "file": .string(name), "format": .string(format.rawValue),
            "made": .string(made.description),
            "by": ["name": .string(actor.name), "email": .string(actor.email)], "signed": .bool(isSigned),
            "since": since.map { .string($0.description) } ?? .null,
            "before": before.map { .string($0.description) } ?? .null,
            "events": .integer(events), "bytes": .integer(bytes), "sha256": .string(digest.finalize().hexadecimal),
            "segments": .sequence(segments),
        ])
    }

    static let columns = [
        "id", "time", "event", "workflow", "version", "run", "name", "email", "correlation_id", "source_kind", "source",
        "address", "user_agent", "details", "previous", "sha256",
    ]

    private func text(of line: AuditLine, openedWith keys: SubjectKeys) throws -> String {
        guard format == .csv else { return line.text + "\n" }
        let opened = AuditLine.opened(Array(line.text.utf8), with: keys)
        let value =
            try opened.map { try Document.parseOne($0, name: "audit.json").value() }
            ?? ["id": .string(String(line.idText)), "event": .string(AuditLine.sealedWord)]
        let previous = try line.previous()
        func text(_ value: Value?) throws -> String {
            guard let value, value != .null else { return "" }
            return try value.string ?? value.json()
        }
        return Self.csv(
            try ["id", "time", "event", "workflow", "version", "run"].map { try text(value[$0]) } + [
                text(value["actor"]?["name"]), text(value["actor"]?["email"]), text(value["correlation_id"]),
                text(value["source"]?["kind"]), text(value["source"]?["name"]), text(value["source"]?["address"]),
                text(value["source"]?["user_agent"]), text(value["details"]), previous ?? "", line.hash,
            ])
    }

    private static func csv(_ cells: [String]) -> String { CSVText.row(cells.map(CSVText.guarded)) }
}

/// What is known of the lines of one segment in an export.
private struct ExportedChain {
    private(set) var count = 0
    private var before: String?
    private var last = AuditLine.start
    private var firstID = ""
    private var lastID = ""

    mutating func add(_ line: AuditLine) throws {
        if count == 0 {
            before = try line.previous()
            firstID = String(line.idText)
        }
        lastID = String(line.idText)
        last = line.hash
        count += 1
    }

    /// The tip is the checkpoint: who has noted it elsewhere knows that the lines are those of that commit.
    func value(of segment: RecordSegment, at tip: CommitID, in repository: Repository) throws -> Value {
        let head = try AuditHead(tip, in: repository)
        return [
            "reference": .string(segment.reference), "events": .integer(count), "first": .string(firstID),
            "last": .string(lastID), "previous": .string(before ?? AuditLine.start), "chain": .string(last),
            "checkpoint": [
                "tip": .string(tip.description), "count": .integer(head.count), "chain": .string(head.hash),
            ],
        ]
    }
}
