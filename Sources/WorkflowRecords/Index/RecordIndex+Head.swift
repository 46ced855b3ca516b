internal import GRDB
internal import GitStore

extension RecordIndex {
    /// Where HEAD is, as the index keeps it.
    struct Head {
        /// nil where it has no commit, or its history is not known.
        let tip: String?

        init(_ sources: IndexUpdate.Sources) { tip = sources.tips[IndexUpdate.Sources.head]?.description }

        /// Whether its history is what was read last.
        func isRead(in database: Database) throws -> Bool {
            try String.fetchOne(
                database.cachedStatement(sql: "SELECT tip FROM sources WHERE reference = ?"),
                arguments: [IndexUpdate.Sources.head]) == tip
        }
    }
}
