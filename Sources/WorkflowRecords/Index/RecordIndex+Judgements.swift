internal import GRDB
public import WorkflowLanguage

extension RecordIndex {
    /// Whether the latest run of each version succeeded, by the version's number on HEAD's history. Runs that somebody
    /// cancelled judge nothing.
    public func latestJudgements(of workflow: WorkflowName) throws -> [Int: Bool] {
        try read { database in
            let rows = try Row.fetchAll(
                database,
                // Of a bare column beside max(), SQLite gives the value of the row with the maximum (lang_select.html).
                sql: """
                    SELECT version, status, max(id) FROM runs
                    WHERE workflow = (SELECT id FROM workflows WHERE name = ?1) AND version IS NOT NULL
                        AND uncommitted = 0 AND status <> 'cancelled' AND (version, definition) IN (\(Self.versionsOnHistory))
                    GROUP BY version
                    """, arguments: [workflow.description])
            return Dictionary(
                try rows.map {
                    (
                        try $0.decode(forColumn: "version") as Int,
                        (try $0.decode(forColumn: "status") as String) == "succeeded"
                    )
                }, uniquingKeysWith: { $1 })
        }
    }
}
