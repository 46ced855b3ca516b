internal import DocumentTree
internal import WorkflowEngine

/// The note on a run's commit: its record, one JSON document of the schema `wfrepo.run/1`, a line a key and a line a step
/// so that `git log --notes` can be read.
enum RunNote {
    /// The note's bytes, which end in a line break. Only printable characters: no note can act on a terminal.
    static func bytes(of record: RunRecord) throws -> [UInt8] {
        var note: [UInt8] = []
        var separator = "{\n  "
        for (key, value) in record.value(.concise).mapping?.entries ?? [] {
            note += separator.utf8
            separator = ",\n  "
            note += try PrintableJSON.bytes(of: .string(key))
            note += ": ".utf8
            if let items = value.items, !items.isEmpty {
                try append(items, to: &note)
            } else {
                note += try PrintableJSON.bytes(of: value)
            }
        }
        return note + "\n}\n".utf8
    }

    private static func append(_ items: [Value], to note: inout [UInt8]) throws {
        var separator = "[\n    "
        for item in items {
            note += separator.utf8
            separator = ",\n    "
            note += try PrintableJSON.bytes(of: item)
        }
        note += "\n  ]".utf8
    }

    /// Reads a record; what somebody appended behind it (`git notes append`) is left aside.
    static func record(in note: [UInt8]) throws -> RunRecord {
        try RunRecord(try Value(json: document(in: note), name: "record.json", limits: limits))
    }

    /// A record holds what steps hand on, which may be much, and may come from another clone.
    private static let limits = ParseLimits(
        maximumBytes: 1 << 30, maximumDepth: ParseLimits.deepest, maximumNodes: 100_000_000)

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
