internal import DocumentTree
internal import WorkflowEngine

/// The note on a run's commit: its record, one JSON document of the schema `wfrepo.run/1`, a line a key and a line a step
/// so that `git log --notes` can be read.
enum RunNote {
    /// The note's bytes, which end in a line break. Only printable characters: no note can act on a terminal.
    static func bytes(of record: RunRecord) throws -> [UInt8] {
        var lines: [String] = []
        for (key, value) in record.value.mapping?.entries ?? [] {
            let text: String
            if let items = value.items, !items.isEmpty {
                text =
                    "[\n" + (try items.map { "    \(try PrintableJSON.text(of: $0))" }.joined(separator: ",\n"))
                    + "\n  ]"
            } else {
                text = try PrintableJSON.text(of: value)
            }
            lines.append("  \(try PrintableJSON.text(of: .string(key))): \(text)")
        }
        return Array("{\n\(lines.joined(separator: ",\n"))\n}\n".utf8)
    }

    /// Reads a record; what somebody appended behind it (`git notes append`) is left aside.
    static func record(in note: [UInt8]) throws -> RunRecord {
        try RunRecord(try Document.parseOne(document(in: note), name: "record.json").value())
    }

    /// The record's own bytes, without what somebody appended.
    static func document(in note: [UInt8]) -> [UInt8] { Array(note[..<(endOfDocument(in: note) ?? note.count)]) }

    /// Whether a note is a run's record, and no digest or remark.
    static func isRecord(_ note: [UInt8]) -> Bool {
        note.starts(with: "{\n  \"schema\": \"wfrepo.run/".utf8)
    }

    /// Behind the line `}` that ends our layout: every line within is indented.
    private static func endOfDocument(in note: [UInt8]) -> Int? {
        let end = Array("\n}\n".utf8)
        var position = 0
        while let found = note[position...].firstIndex(of: 0x0A) {
            if note[found...].starts(with: end) { return found + end.count }
            position = found + 1
        }
        return nil
    }
}
