internal import GRDB

extension RecordIndex {
    /// The length of a ULID, as runs and events have it.
    private static let idLength = 26

    /// The rows of which the id begins with a text or, where there are none, ends with it, the latest first.
    ///
    /// - Parameters:
    ///   - select: the statement without a condition.
    ///   - id: the id's column.
    static func rows(
        _ select: String, where id: String, isAbbreviatedTo text: String, limit: Int, _ database: Database
    ) throws -> [Row] {
        let text = text.uppercased()
        // What LIKE takes for a pattern is in no id.
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 < 0x80 && $0 != 0x25 && $0 != 0x5F }) else { return [] }
        // Letters come after digits, so "[" is behind everything that an id may hold.
        let starting = try Row.fetchAll(
            database, sql: "\(select) WHERE \(id) >= ? AND \(id) < ? ORDER BY \(id) DESC LIMIT ?",
            arguments: [text, text + "[", limit])
        // Only a part of an id needs a look at the end of each.
        guard starting.isEmpty, text.utf8.count < idLength else { return starting }
        return try Row.fetchAll(
            database, sql: "\(select) WHERE \(id) LIKE ? ORDER BY \(id) DESC LIMIT ?", arguments: ["%" + text, limit])
    }
}
