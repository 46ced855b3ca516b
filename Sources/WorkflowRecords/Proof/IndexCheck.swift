internal import GRDB
internal import GitStore
internal import Glibc

/// Compares the index with one that is made anew from git: what is derived must say the same.
///
/// What SQLite itself finds wrong where it opens the file has no effect, because such an index is made anew by whoever does. It looks at
/// the rest as it is read only, so here it looks at all of it.
struct IndexCheck {
    private let repository: Repository

    init(_ repository: Repository) { self.repository = repository }

    func findings() -> [Finding] {
        let path = RecordIndex.path(in: repository)
        guard access(path, R_OK | W_OK) == 0, access(DurableFile.folder(of: path), W_OK) == 0 else { return [] }
        do {
            return try compare(path)
        } catch let error as RecordsError where error.code == .corrupt {
            return [damage(path, error.message)]
        } catch {
            // It may be that the disk is full; nothing that is recorded depends on it.
            return [Finding(.note, .files, path, "it can't be compared with git: \(error)")]
        }
    }

    private func compare(_ path: String) throws -> [Finding] {
        let index = try RecordIndex.open(repository)
        if let words = try index.damage() { return [damage(path, words)] }
        let draft = path + ".check"
        defer { unlink(draft) }
        var findings: [Finding] = []
        try RecordIndex.makeDraft(at: draft, repository, { _ in }) { anew in
            // What was recorded meanwhile is in one of them only.
            try index.update()
            let differing = try anew.read(beside: path, Self.differences)
            findings = differing.map { table, rows in
                Finding(
                    .files, path, "\(rows) row\(rows == 1 ? "" : "s") of its table \(table) are not what git says",
                    hint: "it is derived: make it anew with wfrepo reindex")
            }
        }
        return findings
    }

    private func damage(_ path: String, _ words: String) -> Finding {
        Finding(
            .files, path, "SQLite finds it damaged: \(words)", hint: "it is derived: make it anew with wfrepo reindex")
    }

    /// The tables that differ, with the number of rows that only one of them has; nothing where the two were read from different commits.
    private static func differences(_ database: Database) throws -> [(table: String, rows: Int)] {
        let sources = "SELECT reference, tip FROM"
        guard try rows(database, only: "\(sources) main.sources", or: "\(sources) other.sources") == 0 else {
            return []
        }
        return try ComparedTable.names.compactMap { name in
            let table = try ComparedTable(name, in: database)
            let count = try rows(database, only: table.query(of: "main"), or: table.query(of: "other"))
            return count == 0 ? nil : (name, count)
        }
    }

    private static func rows(_ database: Database, only one: String, or other: String) throws -> Int {
        try [(one, other), (other, one)].map { first, second in
            try Int.fetchOne(database, sql: "SELECT count(*) FROM (\(first) EXCEPT \(second))") ?? 0
        }.max() ?? 0
    }
}

/// A table as both indexes must have it. Numbers that an index gives by itself, to sources, workflows, definitions and notes, may be
/// others; what several sources add up to may not.
private struct ComparedTable {
    /// Left out are sketches, of which one that grew bit by bit may differ, blobs of notes that grew, of which each that had new lines is
    /// known, and what is only kept where somebody asked for it.
    static let names = [
        "chain", "versions", "runs", "days", "version_days", "step_days", "error_days", "events", "sealed_lines",
        "event_days", "texts",
    ]

    private let name: String
    private let columns: [Row]

    init(_ name: String, in database: Database) throws {
        self.name = name
        columns = try Row.fetchAll(
            database, sql: "SELECT name, type, pk FROM pragma_table_info(?) WHERE type <> 'BLOB'", arguments: [name])
    }

    func query(of schema: String) -> String {
        let isSummed = columns.contains { $0["name"] == "source" && $0["pk"] > 0 }
        let hasID = columns.contains { $0["name"] == "id" && $0["pk"] > 0 }
        let kept = columns.filter { $0["name"] != "source" || hasID }
        let keys = kept.filter { !isSummed || $0["pk"] > 0 }.map { expression($0, schema) }
        let values = kept.filter { isSummed && $0["pk"] == 0 }.map { column -> String in
            let function = column["type"] == "INTEGER" ? "sum" : "max"
            return "\(function)(\(column["name"] as String))"
        }
        let group = isSummed ? " GROUP BY \(keys.joined(separator: ", "))" : ""
        return "SELECT \((keys + values).joined(separator: ", ")) FROM \(schema).\(name)\(group)"
    }

    private func expression(_ column: Row, _ schema: String) -> String {
        let name: String = column["name"]
        return switch (name, column["type"] as String) {
        case ("workflow", "INTEGER"): "(SELECT w.name FROM \(schema).workflows w WHERE w.id = workflow)"
        case ("definition", "INTEGER"): "(SELECT d.blob FROM \(schema).definitions d WHERE d.id = definition)"
        case ("note", "INTEGER"): "(SELECT n.commit_id FROM \(schema).audit_notes n WHERE n.id = note)"
        case ("source", "INTEGER"):
            // Which of two sources had it first may differ.
            """
            (SELECT CASE WHEN EXISTS (SELECT 1 FROM \(schema).doubles d WHERE d.id = \(self.name).id) THEN '' ELSE s.reference END
                FROM \(schema).sources s WHERE s.id = source)
            """
        default: name
        }
    }
}
