internal import GRDB

extension RecordIndex {
    /// How many audit lines say nothing here: they are sealed, and the keys that open them are in another clone or were destroyed.
    public func sealedLines() throws -> Int {
        try read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sealed_lines") ?? 0 }
    }
}
