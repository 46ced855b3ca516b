internal import DocumentTree
internal import GRDB
public import WorkflowEngine

/// A text that holds the words that were searched for.
public struct SearchHit: Hashable, Sendable {
    /// What the text belongs to.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The message of a version's commit.
        case version
        /// Why a run or one of its steps failed.
        case run
        /// The words of an audit event: a reason, a note.
        case event
    }

    /// What the text belongs to.
    public let kind: Kind
    /// The commit of the version, the run, or the event.
    public let subject: String
    /// The workflow; nil where the text is of none.
    public let workflow: String?
    /// When.
    public let time: Timestamp
    /// The text around the words, each found word between U+0001 and U+0002.
    public let excerpt: String
}

extension RecordIndex {
    /// Texts that hold all of the words, the best match first; of equally good ones those that came last.
    ///
    /// - Parameters:
    ///   - words: as a person types them: each is looked for as it stands, a `*` at the end stands for any ending. Nothing of
    ///     it is taken for a query language.
    ///   - kinds: where to look; empty means everywhere.
    public func search(_ words: [String], kinds: Set<SearchHit.Kind> = [], limit: Int = 20) throws -> [SearchHit] {
        let terms = words.flatMap { $0.split(whereSeparator: \.isWhitespace) }.map { word in
            let isPrefix = word.unicodeScalars.last == "*"
            let text = isPrefix ? Substring(word.unicodeScalars.dropLast()) : word
            return "\"\(text.replacingScalars(["\"": "\"\""]))\"" + (isPrefix ? "*" : "")
        }.filter { $0 != "\"\"" && $0 != "\"\"*" }
        guard !terms.isEmpty else { return [] }
        var clause = Clause()
        clause.add("texts MATCH ?", terms.joined(separator: " "))
        clause.add("kind", in: kinds.map(\.rawValue).sorted())
        return try read { database in
            // The texts themselves are read of those only that are shown: of a frequent word they are the most of the work.
            let best = try Row.fetchAll(
                database, sql: "SELECT rowid, rank AS score FROM texts \(clause.sql) ORDER BY rank, rowid DESC LIMIT ?",
                arguments: clause.arguments + [max(0, limit)])
            var hits: [(score: Double, hit: SearchHit)] = []
            for row in best {
                guard let hit = try Self.hit(row.decode(forColumn: "rowid"), terms.joined(separator: " "), database)
                else { continue }
                hits.append((try row.decode(forColumn: "score"), hit))
            }
            return hits.sorted { ($0.score, $1.hit.time) < ($1.score, $0.hit.time) }.map(\.hit)
        }
    }

    /// A text that is known to match.
    private static func hit(_ row: Int64, _ terms: String, _ database: Database) throws -> SearchHit? {
        let statement = try database.cachedStatement(
            sql: """
                SELECT kind, subject, workflow, time, snippet(texts, 0, char(1), char(2), '…', 16) AS excerpt
                FROM texts WHERE texts MATCH ? AND rowid = ?
                """)
        return try Row.fetchOne(statement, arguments: [terms, row]).flatMap { row in
            guard let kind = try SearchHit.Kind(rawValue: row.decode(forColumn: "kind")) else { return nil }
            return try SearchHit(
                kind: kind, subject: row.decode(forColumn: "subject"), workflow: row.decode(forColumn: "workflow"),
                time: Timestamp(milliseconds: row.decode(forColumn: "time")), excerpt: row.decode(forColumn: "excerpt"))
        }
    }
}
