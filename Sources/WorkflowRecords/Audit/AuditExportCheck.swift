internal import Crypto
internal import DocumentTree

/// Checks an export with nothing but its two files.
public struct AuditExportCheck {
    private let manifest: Value
    private var digest = SHA256()
    private var bytes = 0
    private var lines = 0
    private var faults: [String] = []
    /// The segments that the manifest names, in the order of their lines in the file.
    private var segments: [(reference: String, events: Int, previous: String, chain: String)] = []
    private var inSegment = 0
    private var expected: String?

    /// Reads a manifest.
    ///
    /// - Throws: `RecordsError.invalid` where it is none.
    public init(manifest bytes: [UInt8], name: String) throws {
        manifest = try Document.parseOne(bytes, name: name).value()
        guard manifest["schema"]?.string == AuditExport.schema else {
            throw RecordsError(
                .invalid, "verify export", name, "this is no manifest of an export (\(AuditExport.schema))")
        }
        if !ExportManifest.isWhole(bytes) {
            faults.append("the manifest is not as it was made: its own SHA-256 (manifest_sha256) is another")
        }
        for segment in manifest["segments"]?.items ?? [] {
            guard let reference = segment["reference"]?.string, let events = segment["events"]?.integer,
                let previous = segment["previous"]?.string, let chain = segment["chain"]?.string
            else { throw RecordsError(.corrupt, "verify export", name, "a segment has another form") }
            segments.append((reference, events, previous, chain))
        }
    }

    /// The name of the file that the manifest is of.
    public var file: String? { manifest["file"]?.string }
    /// Whether the lines are JSON, so that each line's own hash can be checked.
    public var isJSON: Bool { manifest["format"]?.string == AuditExport.Format.jsonl.rawValue }
    /// Whether the manifest says that it was signed.
    public var isSigned: Bool { manifest["signed"]?.bool ?? false }
    /// Whether the file has gone on behind the bytes that the manifest names: nothing more of it is of interest.
    public var isTooLong: Bool { bytes > manifest["bytes"]?.integer ?? 0 }
    /// The number of events that the manifest names.
    public var events: Int { manifest["events"]?.integer ?? 0 }
    /// The commits of which the exported lines are, by reference.
    public var checkpoints: [(reference: String, tip: String, events: Int)] {
        (manifest["segments"]?.items ?? []).compactMap { segment in
            guard let reference = segment["reference"]?.string, let tip = segment["checkpoint"]?["tip"]?.string else {
                return nil
            }
            return (reference, tip, segment["events"]?.integer ?? 0)
        }
    }

    /// Takes a line of the file, with its line break.
    public mutating func add(_ line: some Collection<UInt8>) {
        let all = Array(line)
        digest.update(data: all)
        bytes += all.count
        lines += 1
        guard isJSON else { return }
        let text = all.last == 0x0A ? all.dropLast() : all[...]
        guard let read = AuditLine(text: String(decoding: text, as: UTF8.self)), text.elementsEqual(read.text.utf8)
        else {
            faults.append("line \(lines) is no event")
            return
        }
        while segments.count > 1, inSegment == segments[0].events { leaveSegment() }
        guard let segment = segments.first, inSegment < segment.events else {
            faults.append("line \(lines) (event \(visible(read))) is none of those that the manifest names")
            return
        }
        let previous = (try? read.previous()) ?? ""
        let before = expected ?? segment.previous
        if previous != before {
            faults.append("line \(lines) (event \(visible(read))) does not follow the line before it")
        }
        expected = read.hash
        inSegment += 1
    }

    /// The end of the file: what is wrong, in the order of the lines; nothing where it is as it was written.
    public mutating func finish() -> [String] {
        if isJSON { while !segments.isEmpty { leaveSegment() } }
        if isTooLong {
            faults.append(
                "the file goes on behind the \(manifest["bytes"]?.integer ?? 0) bytes that the manifest names")
            return faults
        }
        if bytes != manifest["bytes"]?.integer {
            faults.append("the file has \(bytes) bytes, the manifest says \(manifest["bytes"]?.integer ?? 0)")
        }
        let hash = digest.finalize().hexadecimal
        if hash != manifest["sha256"]?.string {
            faults.append("the file's SHA-256 is \(hash), the manifest says \(manifest["sha256"]?.string ?? "none")")
        }
        let found = isJSON ? lines : lines - 1
        if isJSON, found != events {
            faults.append("the file has \(found) event\(found == 1 ? "" : "s"), the manifest says \(events)")
        }
        return faults
    }

    private mutating func leaveSegment() {
        let segment = segments.removeFirst()
        if inSegment != segment.events {
            faults.append("\(segment.reference) has \(inSegment) of \(segment.events) events")
        } else if expected != segment.chain, segment.events > 0 {
            faults.append("the last event of \(segment.reference) is not the one that the manifest names")
        }
        inSegment = 0
        expected = nil
    }

    private func visible(_ line: AuditLine) -> String { PrintableText.escape(String(line.idText.prefix(26))) }
}
